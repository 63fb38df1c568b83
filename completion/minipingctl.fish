# fish completion for minipingctl(1)

set -l commands status targets groups show history export top events ping check diff reload lease unlease log-level

# The options that say which daemon, as far as they have been typed.
function __minipingctl_where
    set -l words (commandline -opc)
    for i in (seq 2 (count $words))
        switch $words[$i]
            case -s --socket -n --name -u --url --password-file --token-file --cacert
                echo $words[$i]
                test (count $words) -gt $i; and echo $words[(math $i + 1)]
            case '--socket=*' '--name=*' '--url=*' '--password-file=*' '--token-file=*' '--cacert=*'
                echo $words[$i]
        end
    end
end

# Those with an escape in them cannot be typed.
function __minipingctl_names
    minipingctl (__minipingctl_where) --timeout 2s --names --limit 1000 $argv 2>/dev/null </dev/null | string match -v '*\\\\x*'
end

function __minipingctl_is
    __fish_seen_subcommand_from $argv
end

complete -c minipingctl -f
complete -c minipingctl -s s -l socket -r -F -d 'The control socket'
complete -c minipingctl -s n -l name -x -d 'The NAME of minipingd@NAME'
complete -c minipingctl -s u -l url -x -d 'Where it answers HTTP'
complete -c minipingctl -l user -x -d 'Basic authentication'
complete -c minipingctl -l password-file -r -F -d 'Where the password is'
complete -c minipingctl -l token-file -r -F -d 'Where a bearer token is'
complete -c minipingctl -l cacert -r -F -d 'The certificate to trust'
complete -c minipingctl -l timeout -x -d 'Give up after so long without progress'
complete -c minipingctl -s h -l help -d 'What there is'
complete -c minipingctl -l version -d 'The version'

set -l first "not __fish_seen_subcommand_from $commands"
complete -c minipingctl -n $first -a status -d 'The daemon and its targets by state'
complete -c minipingctl -n $first -a targets -d 'The targets'
complete -c minipingctl -n $first -a groups -d 'The groups'
complete -c minipingctl -n $first -a show -d 'All about one target'
complete -c minipingctl -n $first -a history -d 'The past of one target'
complete -c minipingctl -n $first -a export -d 'The past of all targets, as CSV'
complete -c minipingctl -n $first -a top -d 'A live screen'
complete -c minipingctl -n $first -a events -d 'What has happened'
complete -c minipingctl -n $first -a ping -d 'Probe a target now'
complete -c minipingctl -n $first -a check -d 'Have the daemon read its configuration'
complete -c minipingctl -n $first -a diff -d 'What a reload would change'
complete -c minipingctl -n $first -a reload -d 'Have it take its configuration'
complete -c minipingctl -n $first -a lease -d 'Probe a host for a while'
complete -c minipingctl -n $first -a unlease -d 'End a lease before its time'
complete -c minipingctl -n $first -a log-level -d 'The least severe diagnostics'

complete -c minipingctl -n '__minipingctl_is status targets groups show history events ping check diff reload lease unlease log-level' -s j -l json -d JSON
complete -c minipingctl -n '__minipingctl_is targets groups history' -l csv -d CSV
complete -c minipingctl -n '__minipingctl_is targets groups' -l names -d 'Names only'
complete -c minipingctl -n '__minipingctl_is targets groups' -l limit -x -d 'No more than'
complete -c minipingctl -n '__minipingctl_is targets groups top' -l state -x -a 'up degraded down unknown' -d 'Of that state'
complete -c minipingctl -n '__minipingctl_is targets groups top' -s g -l group -x -a '(__minipingctl_names groups)' -d 'Of that group'
complete -c minipingctl -n '__minipingctl_is targets groups top' -s l -l label -x -d 'With that label'
complete -c minipingctl -n '__minipingctl_is targets top' -l sort -x -a 'name state since loss rtt worst' -d 'In what order'
complete -c minipingctl -n '__minipingctl_is top ping' -s i -l interval -x -d 'Between two looks or probes'
complete -c minipingctl -n '__minipingctl_is events' -s f -l follow -d 'Go on'
complete -c minipingctl -n '__minipingctl_is events' -s k -l kind -x -a 'state path dns daemon report' -d 'Of that kind'
complete -c minipingctl -n '__minipingctl_is ping' -s c -l count -x -d Probes
complete -c minipingctl -n '__minipingctl_is history export' -l since -x -d 'From so long ago on'
complete -c minipingctl -n '__minipingctl_is history export' -l step -x -d 'The length of a step'
complete -c minipingctl -n '__minipingctl_is lease' -l for -x -d 'How long'
complete -c minipingctl -n '__minipingctl_is lease' -l pause -d 'A target of the configuration is not probed'
complete -c minipingctl -n '__minipingctl_is show history ping unlease' -a '(__minipingctl_names targets -- (commandline -ct | string unescape))'
complete -c minipingctl -n '__minipingctl_is log-level' -a 'error warning info debug'
