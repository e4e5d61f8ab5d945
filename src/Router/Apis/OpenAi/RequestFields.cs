using System.Text.Json;
using static ExpertCluster.Router.Apis.OpenAi.FieldTable;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>
/// Every field of requests that OpenAI's and vLLM's /v1/chat/completions and /v1/completions know (as of November 2026), and what becomes of it here.
/// The reader goes by it, docs/api.md shows it, and a test holds each row to its word.
/// </summary>
internal static class RequestFields
{
    private const string Functions = "`tools` is what it is called now";
    private const string Elsewhere = "`response_format` and `structured_outputs` take it";
    private const string Prompts = "the router does not see a prompt's tokens";
    private const string Media = "texts only";
    private const string Placement = "hosts share nothing that it could name";

    /// <summary>In the order of the page: those of both APIs, chat's, the others'.</summary>
    public static IReadOnlyList<RequestField> All { get; } =
    [
        // What is asked, and how the answer comes.
        Works("model", "`auto`, or the name of an expert or a base"),
        Works("messages", "[turns](#turns)") with { InCompletions = false },
        Works("prompt", "a text, ids of tokens (with a `model` by name), or a list of up to 64 of either") with { InChat = false },
        Works("stream", "server-sent events"),
        Works("stream_options", "`include_usage`; `include_obfuscation` changes nothing"),
        Works("expert_cluster", "our own, above"),
        Works("logprobs", "chat: true or false; completions: 0 to 20"),

        // How tokens are drawn.
        Works("max_tokens", "1 or above; default 256, cut to what the context leaves"),
        Works("max_completion_tokens", "the same; goes before `max_tokens`") with { InCompletions = false },
        Works("temperature", "0 to 2, default 1"),
        Works("top_p", "above 0, at most 1"),
        Works("top_k", "1 or above; 0 and -1: all"),
        Works("min_p", "0 to 1"),
        Works("repetition_penalty", "above 0, at most 2; of prompt and answer"),
        Works("seed", "a whole number of 64 bits"),
        Works("stop", "a text or up to 16, of 1 to 256 characters"),
        Works("ignore_eos", "go on past the base's end tokens"),
        Works("presence_penalty", "-2 to 2; of the answer alone"),
        Works("frequency_penalty", "-2 to 2; of the answer alone"),
        Works("logit_bias", "up to 1,024 ids of tokens, each -100 to 100"),
        Works("allowed_token_ids", "1 to 16,384 ids; no other token is drawn"),
        Works("bad_words", "up to 128 texts of up to 256 characters, as the base's tokenizer cuts them, with and without a blank before them"),
        Works("min_tokens", "0 to `max_tokens`; no end token, stop token or stop text before"),
        Works("stop_token_ids", "up to 128 ids, which end the answer whatever `ignore_eos` says"),
        Works("top_logprobs", "0 to 20, beside `logprobs`") with { InCompletions = false },

        // Answers, and how a conversation is rendered.
        Works("n", "1 to 16 answers of a prompt, 64 of a request; the seed of each is one above the one before"),
        Works("echo", "the prompt stands before the answer; with `logprobs` its tokens are scored, and `max_tokens` may be 0") with { InChat = false },
        Works("best_of", "only `n`: all answers that are made are shown") with { InChat = false },
        Works("continue_final_message", "the answer goes on with the last turn") with { InCompletions = false },
        Works("add_generation_prompt", "default true; not beside `continue_final_message`") with { InCompletions = false },
        Works("chat_template_kwargs", "variables of the base's template; `strftime_now` is the time that it tells") with { InCompletions = false },
        Works("documents", "objects that templates of retrieval read") with { InCompletions = false },

        // Tools.
        Works("tools", "up to 128 [functions](#tools)") with { InCompletions = false },
        Works("tool_choice", "`none`, `auto`, `required`, or a function by its name") with { InCompletions = false },
        Works("parallel_tool_calls", "false: calls behind the first are left out") with { InCompletions = false },

        Works("response_format", "[structured output](#structured-output): `text`, `json_object`, `json_schema`"),
        Works("structured_outputs", "one of `json`, `regex`, `choice`, `grammar`, `json_object`"),
        Works("guided_json", "`structured_outputs.json`"),
        Works("guided_regex", "`structured_outputs.regex`"),
        Works("guided_choice", "`structured_outputs.choice`"),
        Works("guided_grammar", "`structured_outputs.grammar`"),

        // What says something of the caller or of the way, and nothing of the answer.
        Nothing("user", "callers are told apart by their keys"),
        Nothing("metadata", "nothing is stored"),
        Nothing("store", "nothing is stored"),
        Nothing("service_tier", "there is one"),
        Nothing("prompt_cache_key", "texts that begin alike share what was read of them anyway"),
        Nothing("prompt_cache_retention", "the prefix cache keeps what it has room for"),
        Nothing("safety_identifier", "nobody is judged"),
        Nothing("request_id", "answers have ids of their own"),
        Nothing("session_id", "turns of a conversation find their host by how they begin"),
        Nothing("stream_interval", "a chunk goes out with the token that makes it"),
        Nothing("include_reasoning", "no part of an answer is set apart") with { InCompletions = false },
        Nothing("return_token_offsets", "vLLM knows it where prompts are rendered alone"),
        Nothing("return_mm_kwargs", "vLLM knows it where prompts are rendered alone"),
        Nothing("routed_experts_prompt_start", "it cuts what is not asked for"),

        // What would change the answer.
        Refused("functions", Functions, "[]") with { InCompletions = false },
        Refused("function_call", Functions, "\"none\"", "\"auto\"") with { InCompletions = false },
        Refused("web_search_options", "nothing is searched here") with { InCompletions = false },
        Refused("guided_whitespace_pattern", "white space in JSON is one blank, or a new line and its indent"),
        Refused("guided_decoding_backend", "there is one", "\"auto\""),
        Refused("structural_tag", "isn't built; `structured_outputs` takes a grammar"),
        Refused("json_schema", Elsewhere),
        Refused("grammar", Elsewhere),
        Refused("modalities", Media, """["text"]""") with { InCompletions = false },
        Refused("audio", Media) with { InCompletions = false },
        Refused("mm_processor_kwargs", Media, "{}"),
        Refused("media_io_kwargs", Media, "{}") with { InCompletions = false },
        Refused("prompt_embeds", Media) with { InChat = false },
        Refused("prediction", "answers are guessed from their own text") with { InCompletions = false },
        Refused("reasoning_effort", "no expert knows of it; a template may, by `chat_template_kwargs`") with { InCompletions = false },
        Refused("thinking_token_budget", "no expert knows of it", "-1"),
        Refused("verbosity", "no expert knows of it", "\"medium\"") with { InCompletions = false },
        Refused("moderation", "nobody is judged") with { InCompletions = false },
        Refused("echo", "a conversation comes without its turns", "false") with { InCompletions = false },
        Refused("suffix", "experts continue a text and fill no gap", "\"\"") with { InChat = false },
        Refused("use_beam_search", "tokens are drawn one by one", "false"),
        Refused("length_penalty", "it is of beam search", "1"),
        Refused("early_stopping", "it is of beam search", "false"),
        Refused("typical_p", "there is no such filter", "1"),
        Refused("mirostat", "there is no such filter", "0"),
        Refused("watermarking", "there is no such filter", "false"),
        Refused("repetition_detection", "isn't built"),
        Refused("logits_processors", "code of callers is not run", "[]"),
        Refused("vllm_xargs", "no filter here reads it; `expert_cluster.sampling` is for filters", "{}"),
        Refused("include_stop_str_in_output", "the answer ends before the stop text", "false"),
        Refused("skip_special_tokens", "special tokens give no text", "true"),
        Refused("spaces_between_special_tokens", "special tokens give no text", "true"),
        Refused("chat_template", "templates of callers are not run") with { InCompletions = false },
        Refused("add_special_tokens", "a template adds its own; a prompt gets its base's", "false") with { InCompletions = false },
        Refused("add_special_tokens", "a template adds its own; a prompt gets its base's", "true") with { InChat = false },
        Refused("truncate_prompt_tokens", Prompts),
        Refused("truncation_side", Prompts),
        Refused("prompt_logprobs", "`echo` of /v1/completions with `logprobs` has them"),
        Refused("return_token_ids", "ids of an answer stand in `expert_cluster.tokens`, those of a prompt are not told", "false"),
        Refused("return_prompt_text", Prompts, "false") with { InCompletions = false },
        Refused("logprob_token_ids", "isn't built"),
        Refused("return_tokens_as_token_ids", "ids stand in `expert_cluster.tokens`", "false"),
        Refused("priority", "callers take turns", "0"),
        Refused("cache_salt", "what was read of a prompt is shared by its content"),
        Refused("kv_transfer_params", Placement),
        Refused("ec_transfer_params", Placement),
    ];

    public static FieldTable Chat { get; } = new("/v1/chat/completions", [.. All.Where(f => f.InChat)]);

    public static FieldTable Completions { get; } = new("/v1/completions", [.. All.Where(f => f.InCompletions)]);

    /// <inheritdoc cref="FieldTable.Check"/>
    /// <param name="body">An object.</param>
    /// <param name="isChat">Whose fields.</param>
    public static void Check(JsonElement body, bool isChat) => (isChat ? Chat : Completions).Check(body);
}
