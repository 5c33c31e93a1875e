package conf

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// A grammar is what a daemon accepts in the lines of ntp.conf.
type grammar struct {
	daemon     Daemon
	rules      map[string][][]string // the alternatives of each rule, the first that matches counts
	keywords   map[string]bool
	followedBy map[string]string // "string" or "strings": what the next words are, whatever they look like
}

// The rules of ntp_parser.y. COMMAND is one line. Words in lower case are keywords, which
// are case-sensitive. ?, * and + mean at most one, any number, and at least one.

// commonRules are those of both daemons.
const commonRules = `
ADDRESS    = STRING | -4 STRING | -6 STRING
NUMBER     = INT | DOUBLE
BOOL       = INT | true
COUNT      = INT | UINT
FACTOR     = time1 NUMBER | time2 NUMBER | flag1 BOOL | flag2 BOOL | flag3 BOOL | flag4 BOOL | stratum INT | refid STRING
STATS      = clockstats | loopstats | peerstats | rawstats | sysstats | protostats
FILEGEN    = file STRING | type PERIOD | link | nolink | enable | disable
PERIOD     = none | pid | day | week | month | year | age
RESTRICTED = default FLAG* | -4 default FLAG* | -6 default FLAG* | source FLAG* | STRING mask STRING FLAG* | ADDRESS FLAG*
MRU        = incalloc INT | incmem INT | initalloc INT | initmem INT | maxage INT | maxdepth INT | maxmem INT | mindepth INT
RLIMIT     = memlock INT | stacksize INT | filenum INT
TINKER     = allan NUMBER | dispersion NUMBER | freq NUMBER | huffpuff NUMBER | panic NUMBER | step NUMBER | stepback NUMBER | stepfwd NUMBER | stepout NUMBER | tick NUMBER
NICS       = all | ipv4 | ipv6 | wildcard | STRING
ACTION     = listen | ignore | drop
COUNTER    = allpeers | auth | ctl | io | mem | sys | timer
KEYID      = INT | ( INT ... INT )
DRIFT      = STRING DOUBLE | STRING
COMMAND    = server ADDRESS OPTION* | pool ADDRESS OPTION* | peer ADDRESS OPTION*
COMMAND    = unconfig ADDRESS | unpeer ADDRESS | fudge ADDRESS FACTOR+
COMMAND    = mdnstries INT | controlkey INT | requestkey INT | keys STRING | trustedkey KEYID+ | ntpsigndsocket STRING
COMMAND    = tos TOS+ | statistics STATS+ | statsdir STRING | filegen STATS FILEGEN* | mru MRU+ | restrict RESTRICTED
COMMAND    = rlimit RLIMIT+ | enable SYSTEM+ | disable SYSTEM+ | tinker TINKER+
COMMAND    = interface ACTION NICS | nic ACTION NICS | reset COUNTER+ | nonvolatile NUMBER | tick NUMBER | dscp INT | leapsmearinterval INT
COMMAND    = logfile STRING | pidfile STRING | includefile STRING | end | driftfile DRIFT?
COMMAND    = logconfig STRING+ | phone STRING+ | setvar STRING = STRING default?
`

// ntpsecRules are those of NTPsec 1.2.2, and the words that 1.2.5 has added.
const ntpsecRules = commonRules + `
OPTION  = burst | iburst | noselect | noval | nts | prefer | true | FACTOR | bias NUMBER | path STRING | ppspath STRING | ca STRING | cert STRING | aead STRING
OPTION  = key COUNT | minpoll COUNT | maxpoll COUNT | mode COUNT | subtype COUNT | version COUNT | baud COUNT | holdover COUNT
UNIT    = unit INT
TOS     = ceiling INT | floor INT | orphan INT | orphanwait INT | minsane INT | mindist NUMBER | maxdist NUMBER | maxdisp NUMBER | minclock NUMBER | maxclock NUMBER
STATS   = usestats | ntsstats | ntskestats
FLAG    = flake | ignore | kod | mssntp | limited | nomodify | nomrulist | nopeer | noquery | noserve | notrap | notrust | ntpport | version
LIMIT   = average NUMBER | burst NUMBER | kod NUMBER
MRU     = minage INT
SYSTEM  = calibrate | kernel | monitor | ntp | stats
NTS     = aead STRING | ca STRING | cert STRING | cookie STRING | key STRING | tlsciphersuites STRING | tlsecdhcurves STRING | maxtls STRING | mintls STRING
NTS     = port NUMBER | tlscipherserverpreference | enable | disable
EXTRA   = port NUMBER
COMMAND = refclock STRING UNIT? OPTION* | unpeer clock STRING UNIT? | unrestrict RESTRICTED | limit LIMIT+ | nts NTS+ | extra EXTRA+ | leapfile STRING
`

// classicRules are those of ntpd 4.2.8.
const classicRules = commonRules + `
OPTION  = autokey | burst | iburst | noselect | preempt | prefer | true | xleave | xmtnonce
OPTION  = key COUNT | minpoll COUNT | maxpoll COUNT | ttl COUNT | mode COUNT | version COUNT | ident STRING
FACTOR  = abbrev STRING | minjitter NUMBER
TOS     = ceiling INT | floor INT | orphan INT | orphanwait INT | minsane INT | beacon INT | cohort BOOL | mindist NUMBER | maxdist NUMBER | minclock NUMBER | maxclock NUMBER | bcpollbstep INT | basedate STRING
STATS   = cryptostats | timingstats
FLAG    = flake | ignore | kod | mssntp | limited | lowpriotrap | nomodify | nomrulist | nopeer | noepeer | noquery | noserve | notrap | notrust | ntpport | version | ippeerlimit INT | serverresponse fuzz
DISCARD = average INT | minimum INT | monitor INT
SYSTEM  = auth | bclient | calibrate | kernel | monitor | ntp | mode7 | stats | peer_clear_digest_early | unpeer_crypto_early | unpeer_crypto_nak_early | unpeer_digest_early
CRYPTO  = host STRING | ident STRING | pw STRING | randfile STRING | digest STRING | revoke INT
TRAP    = port INT | interface STRING
CHECK   = checkhash | ignorehash
COMMAND = broadcast ADDRESS OPTION* | manycastclient ADDRESS OPTION* | broadcastclient | manycastserver ADDRESS+ | multicastclient ADDRESS+ | broadcastdelay NUMBER
COMMAND = automax INT | crypto CRYPTO* | keysdir STRING | revoke INT | discard DISCARD+ | saveconfigdir STRING | ident STRING | trap STRING TRAP* | ttl INT+
COMMAND = leapfile STRING CHECK? | device INT STRING+
`

// strings are the keywords after which a word is a string, even if it looks like a keyword
// or a number: FOLLBY_STRING in keyword-gen.c.
const stringsAfter = `aead broadcast clock driftfile file fudge host ident includefile keys keysdir leapfile logfile manycastclient ntpsigndsocket
abbrev basedate digest path peer pidfile pool ppspath pw randfile refclock refid saveconfigdir server setvar statsdir tlsciphersuites tlsecdhcurves trap unconfig unpeer`

// grammars are made when a configuration is read, which refclock run does not do.
var grammars = sync.OnceValue(func() map[Daemon]*grammar {
	return map[Daemon]*grammar{NTP: newGrammar(NTP, classicRules), NTPsec: newGrammar(NTPsec, ntpsecRules)}
})

func newGrammar(daemon Daemon, rules string) *grammar {
	g := &grammar{daemon: daemon, rules: map[string][][]string{}, keywords: map[string]bool{}, followedBy: map[string]string{}}
	for line := range strings.Lines(strings.TrimSpace(rules)) {
		name, right, _ := strings.Cut(line, " = ")
		for alternative := range strings.SplitSeq(right, " | ") {
			symbols := strings.Fields(alternative)
			g.rules[strings.TrimSpace(name)] = append(g.rules[strings.TrimSpace(name)], symbols)
			for _, s := range symbols {
				if s = strings.TrimRight(s, "?*+"); strings.ToUpper(s) != s || s == "..." || s[0] == '-' {
					g.keywords[s] = true
				}
			}
		}
	}
	for word := range strings.FieldsSeq(stringsAfter) {
		g.followedBy[word] = "string"
	}
	for _, word := range []string{"logconfig", "phone", "manycastserver", "multicastclient"} {
		g.followedBy[word] = "strings"
	}
	return g
}

// A match is an attempt to match the tokens of one line.
type match struct {
	g        *grammar
	tokens   []token
	furthest int      // the first token that did not match in the best attempt
	expected []string // there
}

// check returns the tokens of a line that ntpd accepts, and what is wrong with the others;
// the words to replace and their replacement if they are known.
//
// The parser that bison generates reduces before it looks at the next token. So ntpd uses
// the options before an unknown one. It ignores a line with a wrong value, because there
// it expects more.
func (g *grammar) check(tokens []token) (accepted []token, why, old, new string) {
	m := &match{g: g, tokens: tokens}
	end, ok := m.rule("COMMAND", 0)
	if ok && end == len(tokens) {
		return tokens, "", "", ""
	}
	if ok && m.furthest == end {
		accepted = tokens[:end]
	}
	why, old, new = m.explain()
	return accepted, why, old, new
}

// rule matches a rule at a token, and returns the token after it.
func (m *match) rule(name string, at int) (end int, ok bool) {
	alternatives, known := m.g.rules[name]
	if !known {
		return m.terminal(name, at)
	}
	for _, symbols := range alternatives {
		if end, ok := m.sequence(symbols, at); ok {
			return end, true
		}
	}
	return at, false
}

func (m *match) sequence(symbols []string, at int) (end int, ok bool) {
	for _, s := range symbols {
		name := strings.TrimRight(s, "?*+")
		least, most := 1, 1
		switch s[len(name):] {
		case "?":
			least = 0
		case "*":
			least, most = 0, len(m.tokens)
		case "+":
			most = len(m.tokens)
		}
		for n := 0; n < max(most, least); n++ {
			next, ok := m.rule(name, at)
			if !ok {
				if n < least {
					return at, false
				}
				break
			}
			at = next
		}
	}
	return at, true
}

func (m *match) terminal(name string, at int) (end int, ok bool) {
	t := token{kind: ending}
	if at < len(m.tokens) {
		t = m.tokens[at]
	}
	switch name {
	case "STRING":
		ok = t.kind == text
	case "INT":
		ok = t.kind == integer
	case "UINT":
		ok = t.kind == unsigned
	case "DOUBLE":
		ok = t.kind == double
	default:
		ok = (t.kind == keyword || t.kind == special) && t.text == name
	}
	if ok {
		return at + 1, true
	}
	if at > m.furthest {
		m.furthest, m.expected = at, nil
	}
	if at == m.furthest {
		m.expected = append(m.expected, name)
	}
	return at, false
}

// explain describes the first token that did not match.
func (m *match) explain() (why, old, new string) {
	expected := slices.Compact(slices.Sorted(slices.Values(m.expected)))
	if m.furthest == 0 {
		return m.explainDirective()
	}
	before := m.tokens[m.furthest-1].text
	value := func(what string) (string, string, string) {
		if m.furthest == len(m.tokens) {
			return "missing value after " + before, before, ""
		}
		found := m.found()
		return fmt.Sprintf("expected %s after %s, not %s", what, before, found), "", ""
	}
	switch {
	case slices.Contains(expected, "DOUBLE") && !slices.Contains(expected, "STRING"):
		return value("a number")
	case slices.Contains(expected, "true"):
		if len(expected) <= 2 {
			return value("0 or 1")
		}
	case slices.Equal(expected, []string{"INT"}), slices.Equal(expected, []string{"INT", "UINT"}):
		return value("a whole number")
	case slices.Contains(expected, "STRING"):
		return value("a word")
	}
	if m.furthest == len(m.tokens) {
		return "missing option after " + before, "", ""
	}
	if last := m.tokens[m.furthest-1]; m.tokens[m.furthest].text == "," && last.kind == integer && m.furthest > 1 {
		m.furthest--
		comma := m.found()
		return fmt.Sprintf("expected a number after %s, not %s", m.tokens[m.furthest-1].text, comma), comma, strings.Replace(comma, ",", ".", 1)
	}
	word := m.tokens[m.furthest].text
	words := slices.DeleteFunc(expected, func(s string) bool { return strings.ToUpper(s) == s })
	why = "unknown option " + word
	_, chronys := refclockOptions()[word]
	switch near := suggestion(word, words); {
	case m.other()[word]:
		return fmt.Sprintf("%v does not have the option %s", m.g.daemon, word), m.option(), ""
	case chronys && near == "":
		return word + " is an option of chrony", m.option(), ""
	case near == "":
		return why, "", ""
	case strings.EqualFold(near, word):
		return fmt.Sprintf("%s: options are in lower case", why), word, near
	default:
		return fmt.Sprintf("%s, perhaps %s", why, near), word, near
	}
}

// option returns the word at the furthest token, with its value.
func (m *match) option() string {
	words := m.tokens[m.furthest].text
	if i := m.furthest + 1; i < len(m.tokens) && m.tokens[i].kind != keyword {
		words += " " + m.tokens[i].text
	}
	return words
}

// found returns the word at the furthest token, with what the scanner has cut off.
func (m *match) found() string {
	var b strings.Builder
	for i := m.furthest; i < len(m.tokens); i++ {
		if i > m.furthest && m.tokens[i].kind != special && m.tokens[i-1].kind != special {
			break
		}
		b.WriteString(m.tokens[i].text)
	}
	return b.String()
}

// explainDirective describes an unknown first word.
func (m *match) explainDirective() (why, old, new string) {
	word := m.tokens[0].text
	var known []string
	for _, alternative := range m.g.rules["COMMAND"] {
		known = append(known, alternative[0])
	}
	_, chronys := chronyDirectives()[strings.ToLower(word)]
	near := suggestion(word, known)
	switch {
	case strings.ContainsAny(word[:1], ";!%"):
		return "comments begin with #, not with " + word[:1], word, "#"
	case strings.EqualFold(near, word):
		return fmt.Sprintf("unknown directive %s: directives are in lower case", word), word, near
	case chronys:
		return fmt.Sprintf("%s is a directive of chrony", word), "", ""
	case m.other()[word]:
		return fmt.Sprintf("%v does not have the directive %s", m.g.daemon, word), "", ""
	case near != "":
		return fmt.Sprintf("unknown directive %s, perhaps %s", word, near), word, near
	}
	return "unknown directive " + word, "", ""
}

// other returns the keywords of the other daemon.
func (m *match) other() map[string]bool {
	all := maps.Clone(grammars()[NTP+NTPsec-m.g.daemon].keywords)
	maps.DeleteFunc(all, func(word string, _ bool) bool { return m.g.keywords[word] })
	return all
}
