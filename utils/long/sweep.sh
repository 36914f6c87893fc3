# For utils/long/hook-everything and utils/long/wrap-everything: runs
# utils/hook-everything part by part and adds its counts up. Set before: parts, the
# script's arguments, and options, what each run gets.
passed=0 failed=0

# sweep PART ARGUMENT…: nothing where other parts are asked for.
sweep() {
  local part=$1 counts
  shift
  [[ ${#parts[@]} -eq 0 || " ${parts[*]} " = *" $part "* ]] || return 0
  counts=$(utils/hook-everything "${options[@]}" build "$@" |
    tee /dev/stderr | tail -n 1)
  if [[ $counts =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    failed=$((failed + 1))
  fi
}
