# Completions of tidebox for fish, which asks tidebox itself what can be typed.

function __tidebox_complete
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    for line in (command $words[1] complete -- $words[2..] "$current" 2>/dev/null)
        switch $line
            case ':files*'
                __fish_complete_path (string replace --regex -- '^--[a-z-]+=' '' "$current")
            case ':folders*'
                __fish_complete_directories (string replace --regex -- '^--[a-z-]+=' '' "$current") ''
            case '*'
                printf '%s\n' $line
        end
    end
end

complete --command tidebox --erase
complete --command tidebox --no-files --keep-order --arguments '(__tidebox_complete)'
