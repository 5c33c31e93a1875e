package receiver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/refclock/refclock/nmea"
)

// identityEpochs is how many epochs make an identity: enough to receive each sentence even
// if some are lost.
const identityEpochs = 4

// timeKinds are the kinds of sentences that contain the time.
var timeKinds = []string{"RMC", "GGA", "GLL", "GNS", "ZDA"}

// An Identity distinguishes receivers by how they send: which sentence is the first, which
// sentences contain the time, and at which rate. Another model has another delay, and
// usually another identity. Two receivers of the same model have the same delay and
// identity.
type Identity struct {
	Baud   int
	first  string
	timed  []string // sorted
	epochs int
}

// Known reports whether enough epochs were added.
func (i *Identity) Known() bool { return i.epochs >= identityEpochs }

// Add adds an epoch. Later epochs add the sentences that were lost in the first. It reports
// whether the identity is likely: known, or the same after two epochs. That is enough to
// recognise a receiver that is stored.
func (i *Identity) Add(e nmea.Epoch) (likely bool) {
	if i.Known() || !e.HasStart {
		return i.Known()
	}
	i.epochs++
	before := i.String()
	if i.first == "" {
		i.first = e.First
	}
	for _, address := range e.Sentences {
		if !slices.ContainsFunc(timeKinds, func(kind string) bool { return strings.HasSuffix(address, kind) }) {
			continue
		}
		if place, found := slices.BinarySearch(i.timed, address); !found {
			i.timed = slices.Insert(i.timed, place, strings.Clone(address))
		}
	}
	return i.Known() || i.epochs > 1 && i.String() == before && e.First == i.first && !slices.Contains(e.Sentences, "")
}

// String returns the name of the identity, under which its delay is kept.
func (i *Identity) String() string {
	return fmt.Sprintf("%s first, %s, %d baud", i.first, strings.Join(i.timed, " "), i.Baud)
}
