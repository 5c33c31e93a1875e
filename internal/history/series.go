package history

// A series is a list of records that drops the oldest when it is full. Its memory grows by
// blocks, of which only the first is copied: it begins small, since there may be hundreds of
// clocks.
type series[T any] struct {
	blocks [][]T
	length int    // of a block
	limit  int    // blocks
	first  uint64 // sequence number of the oldest record
	next   uint64 // sequence number of the next record
}

// firstBlock is for how many records there is room at first.
const firstBlock = 8

// newSeries returns a series of blocks of this length. It always keeps at least this many
// records, besides the block that is dropped next and the one that is filled.
func newSeries[T any](records, length int) series[T] {
	return series[T]{length: length, limit: (records+length-1)/length + 2}
}

// most returns how many records it can hold.
func (s *series[T]) most() int { return s.limit * s.length }

func (s *series[T]) add(record T) {
	place := len(s.blocks) - 1
	if place < 0 || len(s.blocks[place]) == s.length {
		s.grow()
		place = len(s.blocks) - 1
	}
	s.blocks[place] = append(s.blocks[place], record)
	s.next++
}

// grow adds an empty block: a new one, or the oldest one.
func (s *series[T]) grow() {
	if len(s.blocks) < s.limit {
		room := s.length
		if len(s.blocks) == 0 {
			room = min(room, firstBlock)
		}
		s.blocks = append(s.blocks, make([]T, 0, room))
		return
	}
	oldest := s.blocks[0]
	clear(oldest)
	copy(s.blocks, s.blocks[1:])
	s.blocks[len(s.blocks)-1] = oldest[:0]
	s.first += uint64(s.length)
}

// at returns the record with this sequence number, from first to before next.
func (s *series[T]) at(n uint64) *T {
	i := int(n - s.first)
	return &s.blocks[i/s.length][i%s.length]
}

// last returns the newest record, or nil.
func (s *series[T]) last() *T {
	if s.next == s.first {
		return nil
	}
	return s.at(s.next - 1)
}

// safe returns the first record that stays for at least a block of new ones.
func (s *series[T]) safe() uint64 {
	if len(s.blocks) == s.limit {
		return s.first + uint64(s.length)
	}
	return s.first
}

// copyTo copies records from a sequence number on, and returns how many. It returns 0 if the
// first is not kept any more, or not there yet.
func (s *series[T]) copyTo(to []T, from uint64) int {
	if from < s.first {
		return 0
	}
	n := 0
	for ; n < len(to) && from < s.next; n++ {
		to[n] = *s.at(from)
		from++
	}
	return n
}
