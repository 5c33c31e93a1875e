//go:build linux

package pps

// fromReal adds Mono to the kernel's stamp of an edge. It is right if the clock was
// not set between the edge and now.
func fromReal(real int64, now Stamp) Stamp {
	return Stamp{Real: real, Mono: now.Mono - (now.Real - real)}
}

// fromMono adds Real to the kernel's stamp of an edge by CLOCK_MONOTONIC.
func fromMono(mono int64, now Stamp) Stamp {
	return Stamp{Real: now.Real - (now.Mono - mono), Mono: mono}
}
