#compdef tidebox
# Completions of tidebox for zsh, which asks tidebox itself what can be typed.

_tidebox() {
    local value text kind
    local -a typed values texts open opentexts
    local -i width=0 i
    typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
    while IFS=$'\t' read -r value text; do
        case $value in
            (:files) kind=files ;;
            (:folders) kind=folders ;;
            (*:) open+=("$value") opentexts+=("${(r:10:)value} $text") ;;
            (*)
                (( ${#value} > width )) && width=${#value}
                values+=("$value")
                texts+=("$text")
                ;;
        esac
    done < <("${~${(Q)words[1]}}" complete -- "${typed[@]}" 2>/dev/null)
    for (( i = 1; i <= ${#values}; i++ )); do
        texts[i]="${(r:width:)values[i]}  ${texts[i]}"
    done
    (( ${#values} )) && compadd -V tidebox -l -d texts -a values
    # Behind `from:` and its like something follows.
    (( ${#open} )) && compadd -V fields -S '' -l -d opentexts -a open
    case $kind in
        (files) compset -P '--*='; _files ;;
        (folders) compset -P '--*='; _files -/ ;;
    esac
}

# It may be read as a file of the function path, or sourced.
if [[ ${funcstack[1]} == _tidebox ]]; then
    _tidebox "$@"
elif (( $+functions[compdef] )); then
    compdef _tidebox tidebox
fi
