using System.Buffers.Binary;
using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Encoders;

namespace ExpertCluster.Router.Apis.Encoders;

/// <summary>OpenAI's /v1/embeddings.</summary>
internal sealed class EmbeddingsApi(EncodingPipeline pipeline, StallGuard stalls, TimeProvider time) : IApi
{
    /// <summary>Vectors that are written before the caller must have read others: an answer may be many megabytes.</summary>
    private const int FlushVectors = 64;

    public string Name => "embeddings";

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(EmbeddingsFields.Table.Path, (HttpContext http) => AnswerCalls.RunAsync(http, () => EmbedAsync(http), failure => OpenAiErrors.WriteAsync(http.Response, failure)));

    private async Task EmbedAsync(HttpContext http)
    {
        var asked = await JsonBody.ReadAsync(http, Read);
        EncodingAnswer answer;
        try
        {
            answer = await pipeline.EmbedAsync(asked.Request, DateTime.MaxValue, http.RequestAborted);
        }
        catch (RequestFailedException error)
        {
            throw EncoderFields.Renamed(
                TextPlaces.Moved(EncoderFields.Named(error), TextPlaces.Inputs, place => asked.IsList ? $"{EmbeddingsFields.Input}[{place}]" : EmbeddingsFields.Input),
                TextPlaces.Inputs,
                EmbeddingsFields.Input);
        }

        int width = answer.Texts[0].Values.Length;
        if (asked.Dimensions is { } wanted && wanted != width)
        {
            throw JsonFields.Wrong(EmbeddingsFields.Dimensions, $"is {wanted}; encoder {answer.Model} gives {width}");
        }

        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
        await WriteAsync(http, json, answer, asked.IsBase64);
    }

    private static Asked Read(JsonElement body)
    {
        var fields = JsonFields.OfBody(body);
        EmbeddingsFields.Table.Check(body);
        int? truncate = EncoderFields.ReadTruncate(fields);
        var (inputs, isList) = ReadInput(fields, truncate is not null);
        return new Asked(
            new EncodingRequest(fields.String("model") ?? "", inputs, truncate),
            isList,
            fields.Integer(EmbeddingsFields.Dimensions),
            fields.String(EmbeddingsFields.Format) switch
            {
                null or "float" => false,
                "base64" => true,
                var other => throw JsonFields.Wrong(EmbeddingsFields.Format, $"is \"{other}\"; it must be float or base64"),
            });
    }

    /// <summary>A list of numbers is one text's tokens.</summary>
    private static (List<EncoderText> Inputs, bool IsList) ReadInput(JsonFields fields, bool isCut)
    {
        if (fields.Get(EmbeddingsFields.Input) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0)
        {
            if (list[0].ValueKind == JsonValueKind.Number)
            {
                return ([Tokens(list, EmbeddingsFields.Input)], false);
            }

            if (list[0].ValueKind == JsonValueKind.Array)
            {
                EncodingLimits.CheckCount(list.GetArrayLength(), EmbeddingsFields.Input);
                return ([.. list.EnumerateArray().Select((one, i) => Tokens(one, $"{EmbeddingsFields.Input}[{i}]"))], true);
            }
        }

        bool isList = fields.Get(EmbeddingsFields.Input) is { ValueKind: JsonValueKind.Array };
        return ([.. EncoderFields.ReadTexts(fields, EmbeddingsFields.Input, EncoderFields.TextOf, isCut).Select(text => new EncoderText(text))], isList);
    }

    private static EncoderText Tokens(JsonElement list, string field)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > EncodingLimits.LongestText)
        {
            throw JsonFields.Wrong(field, $"must be a list of 1 to {EncodingLimits.LongestText} tokens, as the one before it");
        }

        return new EncoderText(null)
        {
            Tokens = [.. list.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int token) && token >= 0
                ? token
                : throw JsonFields.Wrong(field, "must be texts, or ids of tokens: whole numbers from 0 on"))],
        };
    }

    private async Task WriteAsync(HttpContext http, Utf8JsonWriter json, EncodingAnswer answer, bool isBase64)
    {
        json.WriteStartObject();
        json.WriteString("id", $"embd-{Guid.NewGuid():N}");
        json.WriteString("object", "list");
        json.WriteNumber("created", time.GetUtcNow().ToUnixTimeSeconds());
        json.WriteString("model", answer.Model);
        json.WriteStartArray("data");
        for (int i = 0; i < answer.Texts.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", i);
            json.WritePropertyName("embedding");
            WriteVector(json, answer.Texts[i].Values.Span, isBase64);
            json.WriteEndObject();
            if (i % FlushVectors == FlushVectors - 1)
            {
                await json.FlushAsync(http.RequestAborted);
                await stalls.WaitAsync(http.Response.BodyWriter.FlushAsync(http.RequestAborted).AsTask(), http);
            }
        }

        json.WriteEndArray();
        EncoderAnswers.WriteEnd(json, answer);
    }

    private static void WriteVector(Utf8JsonWriter json, ReadOnlySpan<float> vector, bool isBase64)
    {
        if (isBase64)
        {
            byte[] bytes = new byte[vector.Length * sizeof(float)];
            for (int i = 0; i < vector.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
            }

            json.WriteBase64StringValue(bytes);
            return;
        }

        json.WriteStartArray();
        foreach (float value in vector)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    /// <param name="Request">What is asked.</param>
    /// <param name="IsList">Whether there may be several inputs.</param>
    /// <param name="Dimensions">Null: whatever the encoder gives.</param>
    /// <param name="IsBase64">Or as numbers.</param>
    private sealed record Asked(EncodingRequest Request, bool IsList, int? Dimensions, bool IsBase64);
}
