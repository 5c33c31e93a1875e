package sim

// faults in the order in which they are listed and applied. A new one is a row in one of the tables.
var faults = gather(
	group{"the calendar", calendarFaults},
	group{"impossible and default times", timeFaults},
	group{"jumps", jumpFaults},
	group{"GPS week rollovers", weekFaults},
	group{"the fix", fixFaults},
	group{"sentences", sentenceFaults},
	group{"the wire", wireFaults},
	group{"when the sentences come", delayFaults},
	group{"the pulse", pulseFaults},
	group{"the machine's clock", clockFaults},
)

func gather(groups ...group) (all []Fault) {
	for _, g := range groups {
		for _, fault := range g.rows {
			fault.Group = g.name
			all = append(all, fault)
		}
	}
	return all
}
