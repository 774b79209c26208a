# Completions of tidebox for bash, which asks tidebox itself what can be typed.

_tidebox() {
    local IFS=$'\n' i word value text cut tail kind width=0
    local -a words=() values=() texts=()
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]//[\\\'\"]/}
        # Readline parts words at `=`, `:` and `@`; here they are one again.
        if ((${#words[@]} > 0)) && [[ $word == [=:@]* || ${words[${#words[@]} - 1]} == *[=:@] ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
    done
    ((${#words[@]} > 0)) || words=('')
    # What stands before the part of the word that readline replaces.
    tail=${2//[\\\'\"]/}
    cut=${words[${#words[@]} - 1]%"$tail"}
    COMPREPLY=()
    while IFS=$'\t' read -r value text; do
        case $value in
            :files) kind=file ;;
            :folders) kind=directory ;;
            *)
                value=${value#"$cut"}
                [[ $kind || $2 == [\'\"]* ]] || printf -v value %q "$value"
                ((${#value} > width)) && width=${#value}
                values+=("$value")
                texts+=("$text")
                ;;
        esac
    done < <("${1/#\~/$HOME}" complete -- "${words[@]}" 2>/dev/null)
    # Several are listed with what they mean; what readline inserts of them is what they have in common.
    if ((${#values[@]} > 1)) && [[ $COMP_TYPE != 37 && $COMP_TYPE != 42 && ! $kind ]]; then
        for i in "${!values[@]}"; do
            if [[ ${texts[i]} ]]; then
                printf -v value '%-*s  %s' "$width" "${values[i]}" "${texts[i]}"
            else
                value=${values[i]}
            fi
            COMPREPLY+=("${value:0:${COLUMNS:-80} - 2}")
        done
    else
        COMPREPLY=("${values[@]}")
    fi
    [[ $kind ]] && COMPREPLY+=($(compgen -A "$kind" -- "$tail")) && compopt -o filenames 2>/dev/null
    [[ ${#values[@]} -eq 1 && ${values[0]} == *: ]] && compopt -o nospace 2>/dev/null
    return 0
}

complete -o nosort -F _tidebox tidebox 2>/dev/null || complete -F _tidebox tidebox
