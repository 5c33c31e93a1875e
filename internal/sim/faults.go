package sim

import "sync"

// faults are listed and applied in this order. A new fault is a row in one of the tables.
// Only the simulator makes them.
var faults = sync.OnceValue(func() []Fault {
	return gather(
		group{"the calendar", calendarFaults()},
		group{"impossible and default times", timeFaults()},
		group{"jumps", jumpFaults()},
		group{"GPS week rollovers", weekFaults()},
		group{"the fix", fixFaults()},
		group{"sentences", sentenceFaults()},
		group{"the wire", wireFaults()},
		group{"the delay of the sentences", delayFaults()},
		group{"the pulse", pulseFaults()},
		group{"the machine's clock", clockFaults()},
	)
})

func gather(groups ...group) (all []Fault) {
	for _, g := range groups {
		for _, fault := range g.rows {
			fault.Group = g.name
			all = append(all, fault)
		}
	}
	return all
}
