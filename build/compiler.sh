# For scripts to source: one compiler for all projects of a build, which ends with it.

# with_compiler dotnet build|publish ...: the compiler serves all projects, so that it is started, and warmed up, once and not some sixty times. It has a name of its own, and is gone
# when the build is.
with_compiler() {
  local name="expertcluster-$$-$RANDOM" code=0 process
  "$@" -p:UseSharedCompilation=true -p:SharedCompilationId="$name" || code=$?
  for process in /proc/[0-9]*; do
    if tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -q -- "-pipename:$name "; then
      kill "${process#/proc/}" 2>/dev/null || true
    fi
  done
  return "$code"
}
