using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>From bodies of HTTP to requests: `infer`, whose tensors may lie behind the JSON (the binary extension), and `generate`.</summary>
internal static class HttpInput
{
    /// <summary>Bytes of JSON, where tensors follow.</summary>
    private const string LengthHeader = "Inference-Header-Content-Length";

    /// <exception cref="Contracts.Failures.RequestFailedException">The body can't be read, or a field is wrong.</exception>
    public static async Task<InferRequest> ReadInferAsync(HttpContext http, string model, string version)
    {
        byte[] tensors = await CutAsync(http);
        return await JsonBody.ReadAsync(http, body =>
        {
            var fields = JsonFields.OfBody(body);
            fields.RefuseUnknown("id", "parameters", "inputs", "outputs");
            var input = new InferInput();
            int read = 0;
            foreach (var tensor in fields.Array("inputs"))
            {
                read = Add(input, tensor, tensors, read);
            }

            if (read < tensors.Length)
            {
                throw JsonFields.Wrong("inputs", "have fewer bytes than follow the JSON");
            }

            AddAll(input, fields.Object("parameters"));
            string[] outputs = [.. fields.Array("outputs").Select(o => o.ValueKind == JsonValueKind.Object ? new JsonFields(o, "outputs.").String("name") ?? "" : throw JsonFields.Wrong("outputs", "must be an array of objects"))];
            return InferRequest.Read(model, version, fields.String("id") ?? "", input, outputs);
        });
    }

    /// <exception cref="Contracts.Failures.RequestFailedException">The body can't be read, or a field is wrong.</exception>
    public static Task<InferRequest> ReadGenerateAsync(HttpContext http, string model, string version) => JsonBody.ReadAsync(http, body =>
    {
        var fields = JsonFields.OfBody(body);
        var input = new InferInput();
        foreach (string name in fields.Names.Where(name => name is not ("id" or "parameters")))
        {
            input.Add(name, NodeOf(fields.Get(name)));
        }

        AddAll(input, fields.Object("parameters"));
        return InferRequest.Read(model, version, fields.String("id") ?? "", input, []);
    });

    private static void AddAll(InferInput input, JsonFields? parameters)
    {
        foreach (string name in parameters?.Names ?? [])
        {
            input.Add(name, NodeOf(parameters!.Value.Get(name)));
        }
    }

    /// <returns>Bytes of <paramref name="tensors"/> that have been read so far.</returns>
    private static int Add(InferInput input, JsonElement element, byte[] tensors, int read)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw JsonFields.Wrong("inputs", "must be an array of objects");
        }

        var tensor = new JsonFields(element, "inputs.");
        tensor.RefuseUnknown("name", "shape", "datatype", "parameters", "data");
        string name = tensor.String("name") ?? throw JsonFields.Wrong("inputs.name", "is missing");
        string datatype = tensor.String("datatype") ?? throw JsonFields.Wrong("inputs.datatype", "is missing");
        int count = TensorValue.CountOf(name, [.. tensor.Array("shape").Take(3).Select(size => size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out long number) ? number : -1)]);
        if (tensor.Object("parameters")?.Integer("binary_data_size") is { } size)
        {
            if (size < 0 || size > tensors.Length - read)
            {
                throw TensorValue.Wrong(name, $"has a binary_data_size of {size}; {tensors.Length - read} bytes are left behind the JSON");
            }

            input.Add(name, TensorValue.ReadRaw(name, datatype, count, tensors.AsSpan(read, size)));
            return read + size;
        }

        input.Add(name, TensorValue.Join(name, [.. Flat(tensor.Array("data")).Take(count + 1).Select(value => NodeOf(value))], count));
        return read;
    }

    /// <summary>Data may be nested as the shape is, once.</summary>
    private static IEnumerable<JsonElement> Flat(IEnumerable<JsonElement> data) => data.SelectMany(one => one.ValueKind == JsonValueKind.Array ? one.EnumerateArray() : (IEnumerable<JsonElement>)[one]);

    private static JsonNode? NodeOf(JsonElement? value) => value is { } there ? JsonSerializer.SerializeToNode(there) : null;

    /// <summary>Leaves the call the JSON alone; gives what lies behind it.</summary>
    private static async Task<byte[]> CutAsync(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(LengthHeader, out var header))
        {
            return [];
        }

        using var all = new MemoryStream();
        try
        {
            await http.Request.Body.CopyToAsync(all, http.RequestAborted);
        }
        catch (BadHttpRequestException error)
        {
            throw JsonBody.Unreadable(http, error);
        }

        if (!int.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > all.Length)
        {
            throw JsonFields.Wrong(LengthHeader, $"is \"{RequestLimits.Shorten(header.ToString())}\"; the body has {all.Length} bytes");
        }

        byte[] bytes = all.ToArray();
        http.Request.Body = new MemoryStream(bytes, 0, length, writable: false);
        return bytes[length..];
    }
}
