# SPDX-License-Identifier: Apache-2.0
# What Perl does in the real-program test: prints one line per subject, the same in every run.

use strict;
use warnings;

my @words = qw(stone heap arena pool block class chain size);
my $state = 17;

# Our own generator: the same numbers in every version of Perl.
sub any {
    my ($limit) = @_;
    $state = ($state * 1103515245 + 12345) % 2147483648;
    return int($state / 65536) % $limit;
}

sub checksum {
    return unpack('%32C*', join "\0", @_);
}

my %count;
$count{ $words[any(8)] . any(60_000) }++ for 1 .. 120_000;
my @often = (sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count)[0 .. 4];
delete $count{$_} for grep { /[02468]$/ } keys %count;
print "hashes @often ", scalar(keys %count), "\n";

my %tree;
for my $n (1 .. 40_000) {
    push @{ $tree{ $words[any(8)] }{ any(500) }{list} }, [ $n, "leaf $n" ];
}
my $leaves = 0;
for my $branch (values %tree) {
    $leaves += @{ $_->{list} } for values %$branch;
}
print "nested $leaves ", join(',', map { scalar keys %{ $tree{$_} } } sort keys %tree), "\n";

my $text = join ' ', map { $words[any(8)] . '=' . any(1000) } 1 .. 60_000;
my %sum;
$sum{$1} += $2 while $text =~ /\b(\w+?)=(\d+)/g;
(my $turned = $text) =~ s/(\w+)=(\d+)/$2 . '=' . uc $1/ge;
my $deep = () = $turned =~ /(?<left>\d+)=(?:STONE|HEAP)\s+(?!\k<left>)\d*[13579]=/g;
print "regex ", join(' ', map { "$_:$sum{$_}" } sort keys %sum), " $deep ", checksum($turned), "\n";

my @numbers = map { any(1_000_000) } 1 .. 90_000;
my @sorted  = sort { $a <=> $b } @numbers;
my @by_text = map { $_->[1] } sort { $a->[0] cmp $b->[0] } map { [ reverse($_) . 'x', $_ ] } @numbers[ 0 .. 40_000 ];
print "sort @sorted[0, 45_000, -1] ", checksum(@sorted), ' ', checksum(@by_text), "\n";

sub counter {
    my ($start) = @_;
    my @seen;
    return sub { push @seen, $start++; return scalar(@seen) . ":$start" };
}
my @counters = map { counter($_) } 1 .. 5_000;
my $last;
for my $round (1 .. 10) {
    $last = $_->() for @counters;
}
print "closures $last\n";

my $string = '';
$string .= $words[ $_ % 8 ] x ($_ % 13) for 1 .. 60_000;
substr($string, $_ * 100, 7) = sprintf('%05d', $_) for 1 .. 3_000;
my @parts = split /(?<=e)(?=h)/, $string;
print "strings ", length($string), ' ', scalar(@parts), ' ', checksum(@parts), "\n";

my $packed = pack 'N/a* (n C)*', 'header', map { ($_ % 65536, $_ % 256) } 1 .. 50_000;
my (undef, @unpacked) = unpack 'N/a* (n C)*', $packed;
print "pack ", length($packed), ' ', scalar(@unpacked), "\n";

{
    package Stone;
    my $destroyed = 0;
    sub new     { my ($class, %fields) = @_; return bless {%fields}, $class }
    sub total   { return $destroyed }
    sub DESTROY { $destroyed++ }
}
my @stones = map { Stone->new(weight => $_, below => [ 1 .. $_ % 10 ]) } 1 .. 15_000;
@stones = grep { $_->{weight} % 3 } @stones;
print "objects ", scalar(@stones), ' ', Stone::total(), "\n";

my @answers;
for my $n (1 .. 4) {
    my $child = open(my $from, '-|') // die "fork: $!";
    if (!$child) {
        my @made = map { "answer $n $_" x 3 } 1 .. 15_000;
        print checksum(@made), "\n";
        exit $n;
    }
    chomp(my $answer = <$from>);
    close $from;
    push @answers, "$answer/" . ($? >> 8);
}
print "children @answers\n";
open(my $sorter, '|-', 'sort', '-n') or die "sort: $!";
print $sorter "$_\n" for @numbers[ 0 .. 20 ];
close $sorter or die 'sort failed';

print {*STDERR} "the end\n";
exit 9;
