package server

import "strings"

// A hop is what one proxy says about its client in a Forwarded header.
type hop struct{ client, proto, host string }

// parseForwarded reads Forwarded headers (RFC 7239, section 4). An element that
// is not well-formed ends the reading and drops what came before it, since it
// hides how many proxies there were: only what stands to its right is known.
func parseForwarded(lines []string) []hop {
	var hops []hop
	for _, line := range lines {
		for rest := line; rest != ""; {
			var h hop
			var ok bool
			if h, rest, ok = parseHop(rest); !ok {
				hops = nil
			} else {
				hops = append(hops, h)
			}
		}
	}
	return hops
}

// parseHop reads one element, up to and with the comma behind it.
func parseHop(text string) (h hop, rest string, ok bool) {
	ok = true
	for {
		text = strings.TrimLeft(text, " \t")
		end := strings.IndexAny(text, "=;,")
		if end < 0 || text[end] != '=' { // an empty pair, or junk
			if end < 0 {
				end = len(text)
			}
			ok = ok && strings.Trim(text[:end], " \t") == ""
			if end == len(text) {
				return h, "", ok
			}
			delimiter := text[end]
			text = text[end+1:]
			if delimiter == ',' {
				return h, text, ok
			}
			continue
		}
		name := text[:end]
		value, after, valid := parseValue(text[end+1:])
		ok = ok && valid
		switch strings.ToLower(name) {
		case "for":
			h.client = value
		case "proto":
			h.proto = value
		case "host":
			h.host = value
		}
		text = strings.TrimLeft(after, " \t")
		if text == "" {
			return h, "", ok
		}
		delimiter := text[0]
		text = text[1:]
		switch delimiter {
		case ',':
			return h, text, ok
		case ';':
		default:
			ok = false
		}
	}
}

// parseValue reads a token or a quoted string.
func parseValue(text string) (value, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, ";, \t")
		if end < 0 {
			end = len(text)
		}
		return text[:end], text[end:], end > 0 && !strings.ContainsAny(text[:end], `"\`)
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return b.String(), text[i+1:], true
		case '\\':
			if i++; i == len(text) {
				return "", "", false
			}
		}
		b.WriteByte(text[i])
	}
	return "", "", false
}
