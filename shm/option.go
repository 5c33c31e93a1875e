package shm

import "strconv"

// An Option changes what [Attach] does. The order of options does not matter.
type Option func(*options)

type options struct {
	keyBase  uint32
	layout   Layout // of a segment that Attach creates; 0 if unknown
	noCreate bool
	perm     uint32
	hasPerm  bool
	readOnly bool
}

// defaultOptions lets a 64-bit program create units, since all consumers of a 64-bit
// system have the 96-byte layout. A 32-bit program cannot know the layout: Debian 12
// on ARM has 80 bytes, Debian 13 has 96. It waits until the consumer has started and
// created the unit. A unit of the wrong size makes the consumer exit.
func defaultOptions() options {
	o := options{keyBase: KeyBase}
	if strconv.IntSize == 64 {
		o.layout = Layout96
	}
	return o
}

// mayCreate reports whether Attach may create a unit that does not exist.
func (o *options) mayCreate() bool { return o.layout.known() && !o.noCreate && !o.readOnly }

// WithKeyBase sets the key of unit 0, for consumers that were built with another
// value than KeyBase.
func WithKeyBase(key uint32) Option { return func(o *options) { o.keyBase = key } }

// WithLayout sets the layout of a unit that is created, and lets a 32-bit program
// create it. It must be the layout of the consumer: chronyd exits if the unit is
// smaller than it expects, and reads wrong values if it is larger. An existing unit
// keeps its layout.
func WithLayout(l Layout) Option { return func(o *options) { o.layout = l } }

// WithoutCreate leaves it to the consumer to create the unit.
func WithoutCreate() Option { return func(o *options) { o.noCreate = true } }

// WithPerm sets the mode of a unit that is created, such as 0600. The default is
// that of ntpd: 0600 for units 0 and 1 if root creates them, otherwise 0666. If
// another user creates unit 0 or 1, the default is 0666 too, because some consumers
// that run as root may not use a 0600 segment of another user.
func WithPerm(perm uint32) Option {
	return func(o *options) { o.perm, o.hasPerm = perm&0o777, true }
}

// WithReadOnly attaches the unit for reading, which needs only read permission.
// Nothing is created or written.
func WithReadOnly() Option { return func(o *options) { o.readOnly = true } }
