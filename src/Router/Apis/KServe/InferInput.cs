using System.Text.Json;
using System.Text.Json.Nodes;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>The fields of a request, whichever way each of them came: one object, which is then read as any other body.</summary>
internal sealed class InferInput
{
    private const int Most = 64;

    private readonly JsonObject _fields = [];

    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field: it is there already, or there are too many.</exception>
    public void Add(string name, JsonNode? value)
    {
        if (name == InferFields.Sampling)
        {
            AddAll(value);
            return;
        }

        if (_fields.ContainsKey(name))
        {
            throw JsonFields.Wrong(RequestLimits.Shorten(name), "is given twice");
        }

        if (_fields.Count == Most)
        {
            throw JsonFields.Wrong("inputs", $"and parameters are more than {Most}");
        }

        _fields.Add(name, value);
    }

    public JsonElement ToElement() => JsonSerializer.SerializeToElement(_fields);

    private void AddAll(JsonNode? value)
    {
        try
        {
            var text = value?.GetValueKind() == JsonValueKind.String ? JsonNode.Parse(value.GetValue<string>()) : null;
            if (text is JsonObject fields && !fields.ContainsKey(InferFields.Sampling))
            {
                foreach (var (name, field) in fields)
                {
                    Add(name, field?.DeepClone());
                }

                return;
            }
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // Told below: a key that stands twice, too.
        }

        throw JsonFields.Wrong(InferFields.Sampling, "must be a JSON object, as a text");
    }
}
