package config

import (
	"flag"
	"strings"
	"testing"
)

// A text, a list and a path refuse invisible characters, and keep their values.
func TestInvisibleCharacters(t *testing.T) {
	for _, bad := range []string{"/a\x00b", "/a\x1b[2J", "/a\nb", "/a\u0085", "/a\u202eb", "/a\xff"} {
		text, list, path := "/old", []string{"/old"}, "/old"
		for name, v := range map[string]Value{"text": Text(&text, "a text", nil), "list": List(&list, "texts", nil), "path": Path(&path, "/a", nil, "")} {
			for way, err := range map[string]error{"flag": v.Set(bad), "file": v.Decode(bad)} {
				if err == nil || !strings.Contains(err.Error(), "expected readable text") {
					t.Errorf("%s %q in a %s: %v", name, bad, way, err)
				}
			}
			if v.String() != "/old" {
				t.Errorf("%s %q: the value is now %q", name, bad, v)
			}
		}
	}
}

// A text, a list and a path refuse white space at their ends, which no user sees. The arguments
// of a program may have it.
func TestWhiteSpaceAtTheEnds(t *testing.T) {
	for bad, want := range map[string]string{
		"/dev/pps0 ": "it ends with white space", " /dev/pps0": "it begins with white space", "\u00a0/a\u00a0": "it begins and ends with white space", "  ": "it has only white space",
	} {
		text, list, path := "/old", []string{"/old"}, "/old"
		for name, v := range map[string]Value{"text": Text(&text, "a text", nil), "list": List(&list, "texts", nil), "path": Path(&path, "/a", nil, "")} {
			for way, err := range map[string]error{"flag": v.Set(bad), "file": v.Decode(bad)} {
				if err == nil || !strings.HasPrefix(err.Error(), want) {
					t.Errorf("%s %q in a %s: %v, want %q", name, bad, way, err, want)
				}
			}
			if v.String() != "/old" {
				t.Errorf("%s %q: the value is now %q", name, bad, v)
			}
		}
	}
	var words []string
	if err := Command(&words, "words", nil).Decode([]any{"a", " "}); err != nil || len(words) != 2 {
		t.Errorf("a command: %v, %q", err, words)
	}
}

// An empty path is unset in a file, and an error in a flag.
func TestEmptyPath(t *testing.T) {
	path := "/old"
	v := Path(&path, "/a", nil, "")
	if err := v.Set(""); err == nil || path != "/old" {
		t.Errorf("a flag: %v, %q", err, path)
	}
	if err := v.Decode(""); err != nil || path != "" {
		t.Errorf("a file: %v, %q", err, path)
	}
}

// A message about wrong TOML says what to correct, on the line with the mistake, and hides texts
// that may be passwords.
func TestSyntaxErrors(t *testing.T) {
	for text, want := range map[string]string{
		"[[gps]]\nbaud 9600\n":       "test:2: expected = between a setting and its value, such as baud = 9600",
		"device: \"/dev/ttyUSB0\"\n": `test:1: expected = between a setting and its value: device = "/dev/ttyUSB0"`,
		"[[gps] x\nbaud = 9600\n":    "test:1: expected end of table array name delimiter ], but got ' ' instead; expected TOML",
		"\n[gps x\n":                 "test:2: expected . or ] to end table name, but got 'x' instead; expected TOML",
		".a = 1\n":                   "test:1: unexpected .: keys cannot start with a .; expected TOML",
		"a = 's3cret' 's3cret'\n":    "test:1: ",
		"a = 2026-13-01T00:00:00Z\n": "test:1: invalid datetime: a text; expected TOML",

		// Brackets: the line is the one with the mistake, also before an empty line.
		"[[gps]\ndevice = \"/dev/a\"\n": "test:1: [[gps]: expected [[gps]], with two brackets on each side",
		"\n[[gps]\r\n\r\na = 1\n":       "test:2: [[gps]: expected [[gps]], with two brackets on each side",
		"[[gps\na = 1\n":                "test:1: [[gps: expected [[gps]], with two brackets on each side",
		"[[gps] # a remark\na = 1\n":    "test:1: [[gps]: expected [[gps]], with two brackets on each side",
		"[gps]]\na = 1\n":               "test:1: [gps]]: expected [[gps]], with two brackets on each side",
		"[[gps]]]\na = 1\n":             "test:1: [[gps]]]: expected [[gps]], with two brackets on each side",
		"[[gps]":                        "test:1: [[gps]: expected [[gps]], with two brackets on each side",
		"[daemon]]\n":                   "test:1: [daemon]]: expected [daemon], with one bracket on each side",

		// Quotes. A corrected line is shown only if it is certain and no password.
		"[[gps]]\ndevice = /dev/ttyUSB0\n":  `test:2: the value needs quotes: device = "/dev/ttyUSB0"`,
		"pps = none\n":                      `test:1: the value needs quotes: pps = "none"`,
		"baud = Auto # search\n":            `test:1: the value needs quotes: baud = "auto"`,
		"pps = gpio:GPIO18\n":               `test:1: the value needs quotes: pps = "gpio:GPIO18"`,
		"pps = GPIO18\n":                    `test:1: the value needs quotes: pps = "gpio:GPIO18"`,
		"device = ttyUSB0\n":                `test:1: the value needs quotes: device = "/dev/ttyUSB0"`,
		"delay = 120ms\n":                   `test:1: the value needs quotes: delay = "120ms"`,
		"delay = 120 ms\n":                  `test:1: the value needs quotes: delay = "120ms"`,
		"delay = -0.5s":                     `test:1: the value needs quotes: delay = "-0.5s"`,
		"a = s3cret\n":                      `test:1: the value needs quotes, such as device = "/dev/ttyUSB0"`,
		"proxy = http://me:s3cret@a:3128\n": `test:1: the value needs quotes, such as device = "/dev/ttyUSB0"`,
		"a = \"s3cret\nb = 1\n":             "test:1: the text has no closing quote",
		"device = \"/dev/ttyUSB0\nb = 1\n":  `test:1: the text has no closing quote: device = "/dev/ttyUSB0"`,
		"device = “/dev/ttyUSB0”\n":         `test:1: “ is a typographic quotation mark; expected plain quotes: device = "/dev/ttyUSB0"`,
		"a = ‘s3cret’\n":                    "test:1: ‘ is a typographic quotation mark; expected plain quotes",
		"a = \"s3cret”\n":                   "test:1: ” is a typographic quotation mark; expected plain quotes",
		"a = [x, y]\n":                      `test:1: a text in a list needs quotes, such as ["a.example", "b.example"]`,
		"a = [1 2]\n":                       "test:1: expected a comma (,) or array terminator (]), but got '2'; expected TOML",

		"a =\n":                       "test:1: there is no value after =; expected one",
		"a = True\n":                  "test:1: expected true or false in lower case: a = true",
		"a = yes\n":                   "test:1: expected true or false, or a text in quotes",
		"a = 9600 8N1\n":              "test:1: expected nothing after the number, or quotes around the whole value",
		"a = \u00a05\n":               "test:1: the line contains a non-breaking space",
		"[[gps]]\npps = 1\npps = 2\n": "test:3: pps is set twice in the same [[gps]]; remove one of the lines",
		"pps = 1\npps = 2\n":          "test:2: pps is set twice; remove one of the lines",
		"[gps]\na = 1\n[gps]\n":       "test:3: there are several tables gps; expected [[gps]] in two brackets each time",
		"[gps]\na = 1\n[[gps]]\n":     "test:3: there are several tables gps; expected [[gps]] in two brackets each time",
		"[daemon]\n[daemon]\n":        "test:2: [daemon] is there twice; write all of its settings below the first",
	} {
		_, err := Parse("test", text, "daemon")
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v; want %q", text, err, want)
		}
	}
}

// No message has the password of a text or a list: from a flag, an operand or a file, valid
// or not.
func TestSecretsAreHidden(t *testing.T) {
	redact := func(text string) string { return strings.ReplaceAll(text, "s3cret", "xxxxx") }
	var one string
	var many []string
	schema := Schema{
		{Name: "one", Value: Secret(Text(&one, "a text", nil), redact)},
		{Name: "many", Value: Secret(List(&many, "texts", nil), redact), Operand: true},
	}
	set := flag.NewFlagSet("test", flag.ContinueOnError)
	schema.Define(set)
	if err := set.Parse([]string{"--one=s3cret", "--many=a,s3cret"}); err != nil {
		t.Fatal(err)
	}
	flags := NewFlags(set)
	flags.SetOperands(schema, []string{"s3cret"})
	flags.Wrong("one", "wrong")
	flags.Wrong("many", "wrong")
	messages := []string{flags.Err().Error()}
	for _, value := range []string{`"s3cret"`, `["a", "s3cret"]`, `["s3cret", 3]`, `[["s3cret"]]`} {
		file, err := Parse("test", "[[a]]\none = "+value+"\nmany = "+value+"\n")
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range file.Tables("a") {
			table.Read(schema)
			table.Wrong("one", "wrong")
			table.Wrong("many", "wrong")
		}
		messages = append(messages, file.Err().Error())
	}
	if text := schema.Text("[[a]]"); text != "[[a]]\none = \"xxxxx\"\nmany = [\"a\", \"xxxxx\"]\n" {
		t.Errorf("as a file: %s", text)
	}
	if one != "s3cret" || len(many) != 2 {
		t.Errorf("the values are %q and %q", one, many)
	}
	for _, text := range messages {
		if strings.Contains(text, "s3cret") || strings.Count(text, "one") == 0 || strings.Count(text, "many") == 0 {
			t.Errorf("%s", text)
		}
	}
}

// Nor has the message of a file that is not TOML, or has a setting in the wrong place.
func TestSecretsInWrongFilesAreHidden(t *testing.T) {
	for _, text := range []string{
		"one = s3cret", "one = 's3cret", "one = \"s3cret", "one = \"s3cret\" s3cret", "s3cret", "one = 7s3cret", "one = 1_s3cret_", "one = +0s3cret", "one = 0xs3cret",
		"one = 1979-s3cret", "one = 1.s3cret", "one = [s3cret]", "one = \"\\us3cret\"", "one = \"\\xs3cret\"", "one = \"\\s3cret\"", "one = truest s3cret", "one = {s3cret}",
		"one = \"s3cret\"", "one = [\"s3cret\"]", "a = \"s3cret\"", "a = [\"s3cret\"]", "b = \"s3cret\"", "one s3cret", "one = = s3cret", "one = true\ns3cret = s3cret",
	} {
		file, err := Parse("test", text+"\n")
		if err == nil {
			file.Tables("a")
			file.Single("b")
			err = file.Err()
		}
		if err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "3cr") {
			t.Errorf("%s: %v", text, err)
		}
	}
	_, err := Parse("test", "[[a]]\none = 1\none = 2\n")
	if err == nil || !strings.Contains(err.Error(), "one") {
		t.Errorf("a setting that is there twice: %v, want its name", err)
	}
}
