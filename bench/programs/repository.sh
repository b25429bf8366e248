#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A real program for //bench: git on 500 files, in a folder that it makes in the current one and removes.
set -e
rm -rf repository
mkdir repository
cd repository
git init -q .
git config user.name bench
git config user.email bench@example.org
i=0
while [ $i -lt 500 ]; do
  printf 'file %d\n%0500d\n' $i $i > "file$i"
  i=$((i + 1))
done
git add .
git commit -q -m first
for i in 1 2 3 4 5; do
  echo "line $i" | tee -a file1 file2 file3 > file4
  git commit -q -a -m "change $i"
done
git gc -q
git fsck
git log --stat
cd ..
rm -rf repository
