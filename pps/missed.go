package pps

// A numbering counts gaps in the sequence numbers of edges that are numbered together.
type numbering struct {
	last   uint32
	begun  bool
	missed uint64
}

// see adds the number of an edge that was read. Numbers wrap around at 2^32.
func (n *numbering) see(seq uint32) {
	if n.begun && seq != n.last {
		n.missed += uint64(seq - n.last - 1)
	}
	n.last, n.begun = seq, true
}
