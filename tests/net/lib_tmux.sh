# lib_tmux.sh - a terminal of a size that the test chooses, whose screen it reads. Sourced after lib.sh.

# tmux ARG... - of a server of this test's own, which ends with it
tmux() {
	command tmux -L "$test_name-$$" -f /dev/null "$@"
}

leave_tmux() {
	local code=$?
	tmux kill-server 2>/dev/null # which ends with its last screen
	(exit "$code")
	leave
}
trap leave_tmux EXIT

# screen - what is on it, in $work/screen
screen() {
	tmux capture-pane -p >"$work/screen"
}
