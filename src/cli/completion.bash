# bash completion for pipedrift
#
# The program is asked for all it knows of (pipedrift --describe): its commands, their options and
# arguments, the keys of a scenario. Nothing of that is listed here. What an option or argument is
# completed with depends on what it is called in the usage: FILE, INPUT, DIR, SCENARIO,
# SCHEDULES, SECTION.KEY=..., or words such as table|json|csv, which are in small letters.

# Offer the words that begin with what is typed. $1: typed; the rest: words.
_pipedrift_offer()
{
    local typed=$1 word

    shift
    for word in "$@"; do
        [[ $word == "$typed"* ]] && COMPREPLY+=("$word")
    done
}

# The same for the last item of a list with commas.
_pipedrift_offer_item()
{
    local typed=$1 before=

    shift
    [[ $typed == *,* ]] && before=${typed%,*},
    _pipedrift_offer "$typed" "${@/#/$before}"
}

# Offer keys, or behind the '=' the words that the key may have. $1: the program; $2: typed.
_pipedrift_offer_keys()
{
    local line words

    while IFS= read -r line; do
        if [[ $2 != *=* ]]; then
            _pipedrift_offer "$2" "${line%%=*}="
        elif [[ ${line%%=*} == "${2%%=*}" && $line != *= ]]; then
            IFS='|' read -ra words <<< "${line#*=}"
            _pipedrift_offer_item "${2#*=}" "${words[@]}"
            COMPREPLY=("${COMPREPLY[@]/#/${2%%=*}=}")
        fi
    done < <("$1" --describe keys 2> /dev/null)
    # a key is not the end of the word
    [[ $2 == *=* ]] || compopt -o nospace 2> /dev/null
}

# Offer what may stand for an argument. $1: the program; $2: typed; $3: the argument in the usage.
_pipedrift_offer_argument()
{
    local words path=${2//\\/}

    # a path as it is, not as the shell would take it
    path=${path#[\"\']}
    case $3 in
        FILE | INPUT*) mapfile -t COMPREPLY < <(compgen -f -- "$path") ;;
        DIR) mapfile -t COMPREPLY < <(compgen -d -- "$path") ;;
        SCENARIO*)
            mapfile -t COMPREPLY < <(compgen -f -X '!*.ini' -- "$path"; compgen -d -- "$path") ;;
        SCHEDULES)
            mapfile -t words < <("$1" schedules 2> /dev/null)
            _pipedrift_offer_item "$2" "${words[@]%% *}" ;;
        SECTION.KEY=*) _pipedrift_offer_keys "$1" "$2" ;;
        [a-z0-9]*)
            IFS='|' read -ra words <<< "$3"
            _pipedrift_offer "$2" "${words[@]}" ;;
    esac
    case $3 in
        FILE | INPUT* | DIR | SCENARIO*) compopt -o filenames 2> /dev/null ;;
    esac
}

# The argument of an option, nothing for one without. $1: the option; the rest: what the program says.
_pipedrift_argument_of()
{
    local option=$1 line

    shift
    for line in "$@"; do
        [[ $line == "$option "* ]] && printf '%s\n' "${line#* }"
    done
}

# Offer what may follow a command. $1: the program; the rest: the words behind it, the last one typed.
_pipedrift_offer_in_command()
{
    local program=$1 typed=${*: -1} n=0 i options arguments
    local words=("${@:2}")

    mapfile -t options < <("$program" "${words[0]}" --describe options 2> /dev/null)
    mapfile -t arguments < <("$program" "${words[0]}" --describe arguments 2> /dev/null)
    for ((i = 1; i < ${#words[@]} - 1; i++)); do
        if [[ ${words[i]} != -* ]]; then
            n=$((n + 1))
        elif [[ -n $(_pipedrift_argument_of "${words[i]}" "${options[@]}") ]]; then
            i=$((i + 1))
        fi
    done
    if ((i == ${#words[@]})); then
        _pipedrift_offer_argument "$program" "$typed" \
            "$(_pipedrift_argument_of "${words[i - 2]}" "${options[@]}")"
    elif [[ $typed == --*=* ]]; then
        _pipedrift_offer_argument "$program" "${typed#*=}" \
            "$(_pipedrift_argument_of "${typed%%=*}" "${options[@]}")"
        COMPREPLY=("${COMPREPLY[@]/#/${typed%%=*}=}")
    elif [[ $typed == -* ]]; then
        _pipedrift_offer "$typed" "${options[@]%% *}"
    elif ((n < ${#arguments[@]})); then
        _pipedrift_offer_argument "$program" "$typed" "${arguments[n]}"
    elif ((${#arguments[@]} > 0)) && [[ ${arguments[-1]} == *... ]]; then
        _pipedrift_offer_argument "$program" "$typed" "${arguments[-1]}"
    fi
}

_pipedrift()
{
    local program=${1/#\~/$HOME} piece=${COMP_WORDS[COMP_CWORD]} words=() word i names

    COMPREPLY=()
    # what the shell has cut at '=' and ':' is one word again
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i > 2)) && [[ $word == [=:]* || ${COMP_WORDS[i - 1]} == *[=:] ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
    done
    word=${words[-1]}
    if ((${#words[@]} > 1)); then
        _pipedrift_offer_in_command "$program" "${words[@]}"
    elif [[ $word == -* ]]; then
        mapfile -t names < <("$program" --describe options 2> /dev/null)
        _pipedrift_offer "$word" "${names[@]}"
    else
        mapfile -t names < <("$program" --describe commands 2> /dev/null)
        _pipedrift_offer "$word" "${names[@]}"
    fi
    # only the piece behind the last cut is replaced
    [[ $piece == [=:] ]] && piece=
    COMPREPLY=("${COMPREPLY[@]#"${word%"$piece"}"}")
}

complete -F _pipedrift pipedrift
