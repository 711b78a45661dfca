#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The test of perjoule_add_regression_test(): measures a command, and compares it with a baseline.
# usage: perjouleRegression.sh PERJOULE RECORD BASELINE N OPTION_OF_CHECK... OPTION_OF_RUN... -- COMMAND...
#   N  how many options are those of `perjoule check`
# Exit code: that of `perjoule check`; 77 without a baseline of this machine; 125 if nothing could be measured.
set -eu
program=$1 record=$2 baseline=$3 count=$4
shift 4
command -v "$program" >/dev/null || {
  echo "perjoule is not installed: add it to the PATH, or set PERJOULE_PROGRAM for cmake" >&2
  exit 125
}
rm -f "$record"  # of an earlier run
code=0
(
  shift "$count"
  exec "$program" run --record="$record" --output="$record.md" "$@"
) || code=$?
[ "$code" = 0 ] || {
  echo "nothing is compared: the measurement ended with exit code $code" >&2
  # 77 would mean that there is no baseline.
  [ "$code" != 77 ] || code=125
  exit "$code"
}
# Leaves only the options of check.
others=$(($# - count))
while [ "$count" -gt 0 ]; do
  set -- "$@" "$1"
  shift
  count=$((count - 1))
done
shift "$others"
case ${PERJOULE_UPDATE_BASELINES:-} in
'' | 0) ;;
*) set -- --update ;;
esac
"$program" check "--baseline=$baseline" "$@" -- "$record" || code=$?
[ "$code" != 77 ] || echo 'skipped: PERJOULE_UPDATE_BASELINES=1 ctest stores a baseline of this machine' >&2
exit "$code"
