# Sourced by run.sh. All of it is speed: together a step takes a tenth of the time.
# Debian's libopenblas0-openmp must be the BLAS in use (update-alternatives --display libblas.so.3-x86_64-linux-gnu).
# It does not know some newer or virtual processors by name and falls back to a kernel of 2004: name a better one.
if grep -qw avx512bw /proc/cpuinfo 2>/dev/null; then
  export OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE:-SkylakeX}
elif grep -qw avx2 /proc/cpuinfo 2>/dev/null; then
  export OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE:-Haswell}
fi
# glibc's default gives every large tensor fresh pages.
export MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=268435456
# Threads that spin while they wait only take the other core from its owner.
export OMP_WAIT_POLICY=PASSIVE
export PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
