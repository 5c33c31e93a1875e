package lines

import (
	"fmt"
	"strconv"
)

// poll is the poll interval of a daemon, as log2 of seconds: short, because nothing goes
// over the network, but long enough for a median.
const poll = 4

// Both kinds of daemon read a sample each second, and average the 60 % closest to the median.
var pollWhy = fmt.Sprintf("update every 2^%d s, from the samples closest to the median", poll)

// rank returns the word that ranks a clock among all others.
func (r role) rank() word {
	switch {
	case r.noselect != "":
		return word{"noselect", "is shown, but does not set the clock: " + r.noselect}
	case r.prefer:
		return word{"prefer", "sets the clock as long as it agrees with the other servers"}
	}
	return word{}
}

// ntpRank is rank for daemons that treat the precision of the samples as their whole
// uncertainty. They have no setting for the unmeasured delay of a receiver.
func (r role) ntpRank() word {
	if r.uncalibrated {
		return word{"noselect", "is shown, but does not set the clock: the delay of this receiver is unknown"}
	}
	return r.rank()
}

// withWords appends the words that are not empty to a line.
func withWords(line string, words ...string) string {
	for _, w := range words {
		if w != "" {
			line += " " + w
		}
	}
	return line
}

func present(words ...word) (list []word) {
	for _, w := range words {
		if w.text != "" {
			list = append(list, w)
		}
	}
	return list
}

var chrony = Daemon{
	Name: "chrony", File: "/etc/chrony/conf.d/refclock.conf", Then: "sudo systemctl restart chrony",
	unit: true, socket: true, corrects: true, claims: true,
	line: func(r role) []string {
		head := "refclock SOCK " + r.Socket
		if r.Socket == "" {
			head = fmt.Sprintf("refclock SHM %d:perm=%s", r.Unit, r.perm())
		}
		return []string{withWords(head, "refid "+r.refid, r.webStratum().text, "precision "+r.precision(), "delay "+r.delay(), "poll "+strconv.Itoa(r.poll), r.each().text, r.correct("offset").text, r.rank().text)}
	},
	words: func(r role) []word {
		head := word{"SOCK", "chronyd creates the socket; AppArmor requires /run/chrony.NAME.sock"}
		if r.Socket == "" {
			head = word{"perm=" + r.perm(), "only root may write the unit"}
			if r.perm() == "0666" {
				head.why = "every user may write the unit, so refclock need not run as root"
			}
		}
		return present(head,
			word{"refid " + r.refid, "the name in chronyc sources"},
			r.webStratum(),
			word{"precision " + r.precision(), "the jitter: chronyd does not read it from refclock"},
			word{"delay " + r.delay(), "half of it, before rounding up, is the maximum error of the samples: " + r.lateWhy + ", plus 3 times the jitter"},
			word{"poll " + strconv.Itoa(r.poll), r.pollWhy},
			r.each(),
			r.correct("offset"),
			r.rank())
	},
}

// each makes chronyd use each sample. By default it chooses one from several.
func (r role) each() word {
	if !r.single {
		return word{}
	}
	return word{"filter 1", "one sample is enough for an update, because there may be only one"}
}

// webStratum returns the word for the stratum of a clock that is itself a client of others.
func (r role) webStratum() word {
	if r.stratum == 0 {
		return word{}
	}
	return word{fmt.Sprintf("stratum %d", r.stratum), "this machine then serves as stratum " + strconv.Itoa(r.stratum+1) + ", so that clients prefer a server with a better clock"}
}

// correct returns the word that corrects a known error.
func (r role) correct(name string) word {
	if r.correction == 0 {
		return word{}
	}
	return word{fmt.Sprintf("%s %.6f", name, r.correction), "minus half of the time that requests take longer than answers, in seconds"}
}

// perm returns the mode of a unit in chrony's syntax. Units 0 and 1 belong to root, also if a segment
// has another mode now.
func (r role) perm() string {
	switch {
	case r.Unit < 2:
		return "0600"
	case r.Perm != 0:
		return fmt.Sprintf("%04o", r.Perm)
	}
	return "0666"
}

// ntpWords returns the words that ntpd and NTPsec have in common.
func (r role) ntpWords() []word {
	return present(
		word{"refid " + r.refid, "the name in ntpq -p"},
		r.webStratum(),
		word{fmt.Sprintf("minpoll %d", r.poll), r.pollWhy},
		word{fmt.Sprintf("maxpoll %d", r.poll), "always the same interval"},
		r.correct("time1"),
		r.ntpRank())
}

func (r role) polls() string { return fmt.Sprintf("minpoll %d maxpoll %d", r.poll, r.poll) }

var ntp = Daemon{
	Name: "ntp", File: "/etc/ntp.conf", Then: "sudo systemctl restart ntp",
	unit: true, corrects: true,
	line: func(r role) []string {
		address := fmt.Sprintf("127.127.28.%d", r.Unit)
		return []string{
			withWords("server "+address, r.polls(), r.ntpRank().text),
			withWords("fudge "+address, "refid "+r.refid, r.webStratum().text, "flag1 1", r.correct("time1").text),
		}
	},
	words: func(r role) []word {
		return append([]word{
			{fmt.Sprintf("127.127.28.%d", r.Unit), fmt.Sprintf("driver 28, shared memory, unit %d; the samples include the precision", r.Unit)},
			{"flag1 1", "accepts samples when the system clock is wrong by more than 4 hours, as on a machine without a battery; refclock checks the date"},
		}, r.ntpWords()...)
	},
}

var ntpsec = Daemon{
	Name: "ntpsec", File: "/etc/ntpsec/ntp.conf", Then: "sudo systemctl restart ntpsec",
	unit: true, corrects: true,
	line: func(r role) []string {
		return []string{withWords(fmt.Sprintf("refclock shm unit %d", r.Unit), "refid "+r.refid, r.webStratum().text, r.polls(), r.correct("time1").text, r.ntpRank().text)}
	},
	words: func(r role) []word {
		return append([]word{
			{fmt.Sprintf("unit %d", r.Unit), "the samples include the precision. Do not set flag1: in NTPsec it has the opposite meaning, and would reject samples on a machine without a battery"},
		}, r.ntpWords()...)
	},
}

var ntpdRS = Daemon{
	Name: "ntpd-rs", File: "/etc/ntpd-rs/ntp.toml", Then: "sudo systemctl restart ntpd-rs",
	socket: true, claims: true, layout: "96", // expects samples of 40 bytes on every machine
	line: func(r role) []string {
		lines := []string{"[[source]]", `mode = "sock"`, fmt.Sprintf("path = %q", r.Socket), "precision = " + r.precision()}
		if r.noselect == "" {
			return append(lines, "# measurement_noise_estimate = "+r.variance()+" # instead of precision for ntpd-rs 1.4")
		}
		for i := range lines {
			lines[i] = "# " + lines[i]
		}
		return lines
	},
	words: func(r role) []word {
		words := []word{
			{"path", "ntpd-rs creates the socket, and needs permission to: it owns the folder /run/ntpd-rs"},
			{"precision", "the jitter, which is not in the samples; ntpd-rs 1.4, as in Debian 13, expects its square"},
		}
		if r.noselect != "" {
			words = append(words, word{"#", "disabled: ntpd-rs has no noselect, and " + r.noselect})
		}
		return words
	},
	end: func(Setup) string {
		// Since commit 039ff02b, sock_source.rs subtracts the offset instead of adding it.
		return "\n# Warning: ntpd-rs 2.0.0-alpha reverses the sign of a socket's offset, and would\n# make the time wrong by twice the offset. Use a version before 2.0.\n" +
			"\n# With fewer than three other sources, ntpd-rs waits for more unless you set:\n# [synchronization]\n# minimum-agreeing-sources = 1\n"
	},
}

// variance returns the square of the precision.
func (r role) variance() string {
	x, err := strconv.ParseFloat(r.precision(), 64)
	if err != nil {
		panic("cannot parse the precision: " + err.Error())
	}
	return ceiling(x * x)
}
