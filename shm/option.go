package shm

import "strconv"

// An Option says how [Attach] goes about it. The order of options does not matter.
type Option func(*options)

type options struct {
	keyBase  uint32
	layout   Layout // of a segment that Attach creates; 0: it does not know
	noCreate bool
	perm     uint32
	hasPerm  bool
	readOnly bool
}

// defaults are those of a 64-bit program, which runs on a 64-bit userland where
// every consumer has the 96-byte layout. A 32-bit one cannot know: Debian 12 on
// ARM has 80 bytes, Debian 13 has 96. It waits for the consumer instead, which
// creates the unit when it starts; waiting costs nothing, a unit of the wrong
// size costs the consumer its life.
func defaults() options {
	o := options{keyBase: KeyBase}
	if strconv.IntSize == 64 {
		o.layout = Layout96
	}
	return o
}

// mayCreate tells whether a unit that does not exist is ours to create.
func (o *options) mayCreate() bool { return o.layout.known() && !o.noCreate && !o.readOnly }

// WithKeyBase sets the key of unit 0, for daemons that were built with another
// one than KeyBase.
func WithKeyBase(key uint32) Option { return func(o *options) { o.keyBase = key } }

// WithLayout permits a 32-bit program to create the unit, and tells any program
// in which layout. It must be the consumer's: chronyd ends if the unit is smaller
// than it expects, and reads nonsense if it is larger. A unit that exists keeps its own.
func WithLayout(l Layout) Option { return func(o *options) { o.layout = l } }

// WithoutCreate leaves a unit that does not exist to the consumer.
func WithoutCreate() Option { return func(o *options) { o.noCreate = true } }

// WithPerm sets the mode of a unit that is created, such as 0600. The default is
// the one that ntpd has: 0600 for units 0 and 1 where root creates them, 0666
// for all others. It is 0666 as well for units 0 and 1 where another user does:
// root's daemons do not all have the right to use a stranger's 0600 segment.
func WithPerm(perm uint32) Option {
	return func(o *options) { o.perm, o.hasPerm = perm&0o777, true }
}

// WithReadOnly attaches the unit for looking only, for which the right to read is
// enough: nothing is created, and nothing can be written.
func WithReadOnly() Option { return func(o *options) { o.readOnly = true } }
