#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A real program for //bench: git on a history of 150 commits, in a folder that it makes in the current one and
# removes. The history comes through fast-import: thousands of small files would measure the file system.
set -e
rm -rf repository
mkdir repository
cd repository
git init -q .
git config core.fsync none
git config pack.threads 2
awk 'BEGIN {
  srand(1)
  for (commit = 1; commit <= 150; commit++) {
    print "commit refs/heads/main"
    print "committer bench <bench@example.org> " 1000000000 + commit " +0000"
    print "data <<END\nchange " commit "\nEND"
    for (file = 0; file < 20; file++) {
      print "M 100644 inline part" file % 7 "/file" (commit * 7 + file * 13) % 300
      print "data <<END"
      for (line = 0; line < 60; line++)
        print "line " line " of " file ", " (line % 9 ? line * file : int(rand() * 100000))
      print "END\n"
    }
  }
}' | git fast-import --quiet
git repack -q -a -d -f --window=30 --depth=30
git checkout -q main
git log --stat -p main
git blame --line-porcelain part0/file150
git diff --word-diff main~100 main
git grep -n 'line 7 of' main~50
git fsck
cd ..
rm -rf repository
