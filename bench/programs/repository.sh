#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A real program for //bench: git on 1500 files, in a folder that it makes in the current one and removes.
set -e
rm -rf repository
mkdir repository
cd repository
git init -q .
git config user.name bench
git config user.email bench@example.org
git config pack.threads 2
awk 'BEGIN {
  srand(1)
  for (i = 0; i < 1500; i++)
    for (line = 0; line < 40; line++)
      print "file " i ", line " line ", " int(rand() * 100000) > "file" i
}'
git add .
git commit -q -m first
for i in 1 2 3 4 5; do
  echo "line $i" | tee -a file1?? file2?? > file4
  git commit -q -a -m "change $i"
done
git gc -q
git fsck
git log --stat -p
git blame --line-porcelain file100
git diff --word-diff HEAD~5
cd ..
rm -rf repository
