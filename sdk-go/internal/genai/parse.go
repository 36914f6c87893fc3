package genai

import (
	"encoding/json"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
)

// request is what is read of a request's body. The numbers are pointers: zero
// says something.
type request struct {
	Model               string          `json:"model"`
	Stream              bool            `json:"stream"`
	MaxTokens           *int64          `json:"max_tokens"`
	MaxCompletionTokens *int64          `json:"max_completion_tokens"`
	MaxOutputTokens     *int64          `json:"max_output_tokens"`
	MaxTokensToSample   *int64          `json:"max_tokens_to_sample"`
	Temperature         *float64        `json:"temperature"`
	TopP                *float64        `json:"top_p"`
	TopK                *float64        `json:"top_k"`
	FrequencyPenalty    *float64        `json:"frequency_penalty"`
	PresencePenalty     *float64        `json:"presence_penalty"`
	Seed                *int64          `json:"seed"`
	N                   *int64          `json:"n"`
	Dimensions          *int64          `json:"dimensions"`
	EncodingFormat      string          `json:"encoding_format"`
	ServiceTier         string          `json:"service_tier"`
	Stop                json.RawMessage `json:"stop"`
	StopSequences       []string        `json:"stop_sequences"`
	ResponseFormat      struct {
		Type string `json:"type"`
	} `json:"response_format"`
}

// parseRequest takes what there is: a body that is none of these says nothing.
func parseRequest(body []byte) (r request) {
	if len(body) > 0 && body[0] == '{' {
		_ = json.Unmarshal(body, &r) // a field of another type leaves the others
	}
	return r
}

func (r *request) attributes(e Endpoint) (out []attribute.KeyValue) {
	number := func(key string, values ...*int64) {
		for _, v := range values {
			if v != nil {
				out = append(out, attribute.Int64(key, *v))
				return
			}
		}
	}
	fraction := func(key string, v *float64) {
		if v != nil {
			out = append(out, attribute.Float64(key, *v))
		}
	}
	number("gen_ai.request.max_tokens", r.MaxTokens, r.MaxCompletionTokens, r.MaxOutputTokens, r.MaxTokensToSample)
	fraction("gen_ai.request.temperature", r.Temperature)
	fraction("gen_ai.request.top_p", r.TopP)
	fraction("gen_ai.request.top_k", r.TopK)
	fraction("gen_ai.request.frequency_penalty", r.FrequencyPenalty)
	fraction("gen_ai.request.presence_penalty", r.PresencePenalty)
	number("gen_ai.request.seed", r.Seed)
	if r.N != nil && *r.N != 1 {
		number("gen_ai.request.choice.count", r.N)
	}
	number("gen_ai.embeddings.dimension.count", r.Dimensions)
	if r.EncodingFormat != "" {
		out = append(out, attribute.StringSlice("gen_ai.request.encoding_formats", []string{r.EncodingFormat}))
	}
	stop := r.StopSequences
	if len(r.Stop) > 0 {
		var one string
		if json.Unmarshal(r.Stop, &one) == nil && one != "" {
			stop = []string{one}
		} else {
			_ = json.Unmarshal(r.Stop, &stop)
		}
	}
	if len(stop) > 0 {
		out = append(out, attribute.StringSlice("gen_ai.request.stop_sequences", stop))
	}
	if r.Stream {
		out = append(out, attribute.Bool("gen_ai.request.stream", true))
	}
	switch f := r.ResponseFormat.Type; {
	case strings.HasPrefix(f, "json"):
		out = append(out, attribute.String("gen_ai.output.type", "json"))
	case f == "text":
		out = append(out, attribute.String("gen_ai.output.type", "text"))
	}
	if e.APIType != "" {
		out = append(out, attribute.String("openai.api.type", e.APIType))
		if r.ServiceTier != "" && r.ServiceTier != "auto" {
			out = append(out, attribute.String("openai.request.service_tier", r.ServiceTier))
		}
	}
	return out
}

// tokens are as each API calls them. A stream tells of them several times, with
// what it has counted by then.
type tokens struct {
	Prompt       *int64  `json:"prompt_tokens"`
	Completion   *int64  `json:"completion_tokens"`
	Input        *int64  `json:"input_tokens"`
	Output       *int64  `json:"output_tokens"`
	CacheRead    *int64  `json:"cache_read_input_tokens"`
	CacheWritten *int64  `json:"cache_creation_input_tokens"`
	PromptOf     details `json:"prompt_tokens_details"`
	InputOf      details `json:"input_tokens_details"`
	CompletionOf details `json:"completion_tokens_details"`
	OutputOf     details `json:"output_tokens_details"`
}

type details struct {
	Cached    *int64 `json:"cached_tokens"`
	Reasoning *int64 `json:"reasoning_tokens"`
}

// failure is an error as an answer has it; a code may be a number.
type failure struct {
	Type string `json:"type"`
	Code any    `json:"code"`
}

func (f *failure) kind() string {
	if code, ok := f.Code.(string); ok && code != "" {
		return code
	}
	return f.Type
}

// message is an answer, or one event of a stream of them.
type message struct {
	ID                string   `json:"id"`
	Type              string   `json:"type"`
	Object            string   `json:"object"`
	Model             string   `json:"model"`
	SystemFingerprint string   `json:"system_fingerprint"`
	ServiceTier       string   `json:"service_tier"`
	Status            string   `json:"status"`
	StopReason        string   `json:"stop_reason"`
	Usage             *tokens  `json:"usage"`
	Error             *failure `json:"error"`
	Choices           []struct {
		FinishReason string `json:"finish_reason"`
	} `json:"choices"`
	IncompleteDetails struct {
		Reason string `json:"reason"`
	} `json:"incomplete_details"`
	Delta    json.RawMessage `json:"delta"`
	Message  json.RawMessage `json:"message"`
	Response json.RawMessage `json:"response"`
}

// answer is what has come so far.
type answer struct {
	id, model, tier, fingerprint string
	reasons                      []string
	used                         *tokens
	failure                      string
	done                         bool // the stream has said that it is over
}

func (a *answer) add(text []byte) {
	var m message
	if len(text) == 0 || text[0] != '{' {
		return
	}
	// A field of another type than here (an error event's message is text)
	// leaves the others.
	_ = json.Unmarshal(text, &m)
	a.take(&m)
	if m.Type == "error" && a.failure == "" {
		a.failure = parseError(text)
	}
}

func (a *answer) take(m *message) {
	keep := func(to *string, s string) {
		if s != "" {
			*to = s
		}
	}
	keep(&a.id, m.ID)
	keep(&a.model, m.Model)
	keep(&a.tier, m.ServiceTier)
	keep(&a.fingerprint, m.SystemFingerprint)
	for _, c := range m.Choices {
		if c.FinishReason != "" {
			a.reasons = append(a.reasons, c.FinishReason)
		}
	}
	if m.StopReason != "" {
		a.reasons = []string{m.StopReason}
	}
	if m.Object == "response" {
		switch m.Status {
		case "incomplete":
			a.reasons = []string{m.IncompleteDetails.Reason}
		case "completed", "failed", "cancelled":
			a.reasons = []string{m.Status}
		}
	}
	if m.Usage != nil {
		a.merge(m.Usage)
	}
	if m.Error != nil {
		keep(&a.failure, m.Error.kind())
	}
	switch m.Type {
	case "message_stop", "response.completed", "response.incomplete", "response.failed", "error":
		a.done = true
	}
	for _, in := range []json.RawMessage{m.Message, m.Response, m.Delta} {
		if len(in) > 0 && in[0] == '{' {
			var inner message
			_ = json.Unmarshal(in, &inner)
			inner.Delta, inner.Message, inner.Response = nil, nil, nil
			inner.Type = ""
			a.take(&inner)
		}
	}
}

func (a *answer) merge(t *tokens) {
	if a.used == nil {
		a.used = &tokens{}
	}
	keep := func(to **int64, from *int64) {
		if from != nil {
			*to = from
		}
	}
	u := a.used
	keep(&u.Input, t.Prompt)
	keep(&u.Input, t.Input)
	keep(&u.Output, t.Completion)
	keep(&u.Output, t.Output)
	keep(&u.CacheRead, t.PromptOf.Cached)
	keep(&u.CacheRead, t.InputOf.Cached)
	keep(&u.CacheRead, t.CacheRead)
	keep(&u.CacheWritten, t.CacheWritten)
	keep(&u.OutputOf.Reasoning, t.CompletionOf.Reasoning)
	keep(&u.OutputOf.Reasoning, t.OutputOf.Reasoning)
}

func value(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// usage counts cached tokens among the input.
func (a *answer) usage(beside bool) (input, output int64, known bool) {
	if a.used == nil {
		return 0, 0, false
	}
	input, output = value(a.used.Input), value(a.used.Output)
	if beside {
		input += value(a.used.CacheRead) + value(a.used.CacheWritten)
	}
	return input, output, true
}

func (a *answer) attributes(beside bool) (out []attribute.KeyValue) {
	text := func(key, s string) {
		if s != "" {
			out = append(out, attribute.String(key, s))
		}
	}
	text("gen_ai.response.id", a.id)
	text("gen_ai.response.model", a.model)
	if len(a.reasons) > 0 {
		out = append(out, attribute.StringSlice("gen_ai.response.finish_reasons", slices.Clone(a.reasons)))
	}
	if !beside {
		text("openai.response.service_tier", a.tier)
		text("openai.response.system_fingerprint", a.fingerprint)
	}
	input, output, known := a.usage(beside)
	if !known {
		return out
	}
	out = append(out, attribute.Int64("gen_ai.usage.input_tokens", input))
	if a.used.Output != nil {
		out = append(out, attribute.Int64("gen_ai.usage.output_tokens", output))
	}
	for _, t := range []struct {
		key string
		n   *int64
	}{
		{"gen_ai.usage.cache_read.input_tokens", a.used.CacheRead},
		{"gen_ai.usage.cache_creation.input_tokens", a.used.CacheWritten},
		{"gen_ai.usage.reasoning.output_tokens", a.used.OutputOf.Reasoning},
	} {
		if value(t.n) > 0 {
			out = append(out, attribute.Int64(t.key, *t.n))
		}
	}
	return out
}

// parseError reads an error's own text, with or without {"error": …} around it.
func parseError(text []byte) string {
	var m struct {
		failure
		Error *failure `json:"error"`
	}
	_ = json.Unmarshal(text, &m)
	if m.Error != nil {
		return m.Error.kind()
	}
	return m.failure.kind()
}
