using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>
/// What a request may say beside its model, as an input tensor, a parameter, or a key of `sampling_parameters`: the names of Triton's vLLM backend (as of November
/// 2026), and what becomes of each here. docs/api.md shows it.
/// </summary>
internal static class InferFields
{
    public const string Text = "text_input";
    public const string Sampling = "sampling_parameters";

    public static FieldTable Table { get; } = new("KServe's calls",
    [
        FieldTable.Works(Text, "BYTES: the prompt, which the answer continues; has to be there"),
        FieldTable.Works("stream", "BOOL: an answer in pieces, in `ModelStreamInfer` (default false) and `generate_stream` (default true)"),
        FieldTable.Works(Sampling, "BYTES: a JSON object of the fields below"),
        FieldTable.Works("lora_name", "the expert, in place of the model's name"),
        FieldTable.Works("max_tokens", "1 or above; default 256, cut to what the context leaves"),
        FieldTable.Works("temperature", "0 to 2, default 1"),
        FieldTable.Works("top_p", "above 0, at most 1"),
        FieldTable.Works("top_k", "1 or above; 0 and -1: all"),
        FieldTable.Works("min_p", "0 to 1"),
        FieldTable.Works("repetition_penalty", "above 0, at most 2"),
        FieldTable.Works("presence_penalty", "-2 to 2"),
        FieldTable.Works("frequency_penalty", "-2 to 2"),
        FieldTable.Works("min_tokens", "0 to `max_tokens`"),
        FieldTable.Works("seed", "a whole number of 64 bits"),
        FieldTable.Works("stop", "BYTES: a text or up to 16, of 1 to 256 characters"),
        FieldTable.Works("ignore_eos", "go on past the base's end tokens"),
        FieldTable.Works("return_finish_reason", "BOOL: an output `finish_reason`, `stop` or `length`"),
        FieldTable.Works("return_num_input_tokens", "BOOL: an output `num_input_tokens`, with the last piece"),
        FieldTable.Works("return_num_output_tokens", "BOOL: an output `num_output_tokens`, with the last piece"),
        FieldTable.Works("triton_enable_empty_final_response", "BOOL: a stream ends with a message of its own that has no output"),
        FieldTable.Nothing("binary_data_output", "outputs come as JSON, which clients take as well"),
        FieldTable.Refused("exclude_input_in_output", "the answer comes without its prompt", "true"),
        FieldTable.Refused("return_logprobs", "/v1/completions has log-probabilities", "false"),
        FieldTable.Refused("return_cumulative_logprob", "/v1/completions has log-probabilities", "false"),
        FieldTable.Refused("image", "texts only"),
        FieldTable.Refused("embedding_request", "experts write texts"),
        FieldTable.Refused("n", "one answer a request", "1"),
    ]);
}
