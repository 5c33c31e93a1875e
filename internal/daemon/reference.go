package daemon

import _ "embed"

// Reference is a configuration with every setting, explained.
//
//go:embed reference.toml
var Reference string
