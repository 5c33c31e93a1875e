package sim

import "slices"

// faults in the order in which they are listed and applied. A new one is an entry in one of the three tables.
var faults = slices.Concat(calendarFaults, beliefFaults, portFaults)
