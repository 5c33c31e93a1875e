package gps

import (
	"fmt"
	"slices"
	"strings"

	"github.com/refclock/refclock/nmea"
)

// An identity tells receivers apart by how they speak: which sentence comes first,
// which tell the time, and how fast. Another model has another delay, and mostly
// another identity; two of the same model have the same of both.
type identity struct {
	baud      int
	first     string
	addresses []string
	epochs    int
}

// known tells whether enough was heard.
func (i *identity) known() bool { return i.epochs >= settleEpochs }

// add takes an epoch; what a lost sentence leaves out, the others add.
func (i *identity) add(e nmea.Epoch) {
	if i.known() || !e.HasStart {
		return
	}
	i.epochs++
	if i.first == "" {
		i.first = e.First
	}
	for _, address := range e.Sentences {
		if tellsTime(address) && !slices.Contains(i.addresses, address) {
			i.addresses = append(i.addresses, strings.Clone(address))
		}
	}
}

func tellsTime(address string) bool {
	for _, kind := range []string{"RMC", "GGA", "GLL", "GNS", "ZDA"} {
		if strings.HasSuffix(address, kind) {
			return true
		}
	}
	return false
}

// String is the name under which a memory keeps it.
func (i *identity) String() string {
	slices.Sort(i.addresses)
	return fmt.Sprintf("%s first, %s, %d baud", i.first, strings.Join(i.addresses, " "), i.baud)
}
