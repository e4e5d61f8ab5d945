using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace ExpertCluster.Router.Tests.Apis.KServe;

/// <summary>KServe's calls over HTTP.</summary>
public sealed class InferEndpointsTests : IAsyncDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly KServeServer _server = KServeServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/v2/models/law/infer")]
    [InlineData("/v2/models/law/versions/1/infer")]
    public async Task Infer_Json_HasOutputs(string path)
    {
        var (status, text) = await PostAsync(path, """{"id":"i","inputs":[{"name":"text_input","shape":[1],"datatype":"BYTES","data":["Who pays?"]},{"name":"max_tokens","shape":[1,1],"datatype":"INT32","data":[[5]]}],"parameters":{"temperature":0},"outputs":[{"name":"text_output"},{"name":"finish_reason"}]}""");

        Assert.Equal(HttpStatusCode.OK, status);
        var json = JsonElement.Parse(text);
        Assert.Equal(("law", "1", "i"), (Text(json, "model_name"), Text(json, "model_version"), Text(json, "id")));
        Assert.Equal(["Hi you", "stop"], json.GetProperty("outputs").EnumerateArray().Select(o => o.GetProperty("data")[0].GetString()));
        var asked = Assert.Single(_server.Script.Backend.Calls).Request;
        Assert.Equal(("Who pays?", 5, 0f), (asked.Prompt, asked.Sampling.MaxTokens, asked.Sampling.Temperature));
    }

    [Fact]
    public async Task Infer_TensorsBehindTheJson_AreRead()
    {
        byte[] tensor = [9, 0, 0, 0, .. "Who pays?"u8];
        byte[] json = Encoding.UTF8.GetBytes($$$"""{"inputs":[{"name":"text_input","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":{{{tensor.Length}}}}}],"parameters":{"binary_data_output":true}}""");
        using var content = new ByteArrayContent([.. json, .. tensor]);
        content.Headers.Add("Inference-Header-Content-Length", json.Length.ToString(CultureInfo.InvariantCulture));

        using var answer = await _server.Http.PostAsync("/v2/models/law/infer", content, _cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Who pays?", Assert.Single(_server.Script.Backend.Calls).Request.Prompt);
    }

    [Theory]
    [InlineData("/v2/models/law/infer", "{", 400, "JSON")]
    [InlineData("/v2/models/law/infer", "{}", 400, "text_input is missing")]
    [InlineData("/v2/models/law/infer", """{"inputs":[{"name":"text_input","shape":[1],"datatype":"BYTES","data":["a","b"]}]}""", 400, "text_input has 2 elements")]
    [InlineData("/v2/models/law/infer", """{"inputs":[{"name":"text_input","shape":["x"],"datatype":"BYTES","data":["a"]}]}""", 400, "text_input has the shape")]
    [InlineData("/v2/models/law/infer", """{"inputs":[{"name":"text_input","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":4}}]}""", 400, "binary_data_size of 4")]
    [InlineData("/v2/models/law/infer", """{"inputs":[7]}""", 400, "inputs must be")]
    [InlineData("/v2/models/nobody/infer", """{"inputs":[{"name":"text_input","shape":[1],"datatype":"BYTES","data":["a"]}]}""", 404, "nobody")]
    [InlineData("/v2/models/law/versions/9/generate", """{"text_input":"a"}""", 404, "no version")]
    [InlineData("/v2/models/law/generate", """{"text_input":"a","stream":true}""", 400, "generate_stream")]
    [InlineData("/v2/models/law/generate_stream", """{"text_input":"a","temperature":9}""", 400, "temperature is 9")]
    [InlineData("/v2/models/law/generate", """{"text_input":"a","horoscope":1}""", 400, "horoscope is unknown")]
    public async Task Post_Wrong_SaysWhat(string path, string body, int status, string told)
    {
        var (code, text) = await PostAsync(path, body);

        Assert.Equal(status, (int)code);
        Assert.Contains(told, Text(JsonElement.Parse(text), "error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_Text_IsOneObject()
    {
        var (_, text) = await PostAsync("/v2/models/auto/generate", """{"text_input":"Who pays?","parameters":{"stream":false,"max_tokens":5,"return_num_input_tokens":true}}""");

        var json = JsonElement.Parse(text);
        Assert.Equal(("auto", "Hi you", 3), (Text(json, "model_name"), Text(json, "text_output"), json.GetProperty("num_input_tokens").GetInt32()));
    }

    [Theory]
    [InlineData("""{"text_input":"a"}""", new[] { "Hi", " you", "" })]
    [InlineData("""{"text_input":"a","stream":false}""", new[] { "Hi you" })]
    public async Task GenerateStream_Text_IsEvents(string body, string[] texts)
    {
        var (_, text) = await PostAsync("/v2/models/law/generate_stream", body);

        Assert.Equal(texts, text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => Text(JsonElement.Parse(e["data: ".Length..]), "text_output")));
    }

    [Theory]
    [InlineData("/v2", 200)]
    [InlineData("/v2/health/live", 200)]
    [InlineData("/v2/health/ready", 200)]
    [InlineData("/v2/models/law", 200)]
    [InlineData("/v2/models/auto/ready", 200)]
    [InlineData("/v2/models/law/ready", 503)]
    [InlineData("/v2/models/nobody/ready", 404)]
    [InlineData("/v2/models/law/versions/2", 404)]
    public async Task Get_WhatThereIs_HasItsStatus(string path, int status)
    {
        using var answer = await _server.Http.GetAsync(path, _cancellation);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("""{"ready":true}""", 1)]
    public async Task Index_OfAllOrOfThoseThatAreReady_NamesThem(string body, int count)
    {
        var (_, text) = await PostAsync("/v2/repository/index", body);

        Assert.Equal(count, JsonElement.Parse(text).GetArrayLength());
    }

    [Theory]
    [InlineData("/v2/repository/models/law/load", "{}", 200)]
    [InlineData("/v2/repository/models/nobody/load", "{}", 404)]
    [InlineData("/v2/repository/models/law/load", """{"parameters":{"config":"{}"}}""", 400)]
    [InlineData("/v2/repository/models/law/load", """{"parameters":{"lora_path":7}}""", 400)]
    [InlineData("/v2/repository/models/law/load", """{"lora_path":"adapters/law"}""", 400)]
    [InlineData("/v2/repository/models/law/unload", """{"parameters":{"force":true}}""", 400)]
    [InlineData("/v2/repository/index", """{"raedy":true}""", 400)]
    public async Task Load_IsTheAdminApis(string path, string body, int status) => Assert.Equal(status, (int)(await PostAsync(path, body)).Status);

    [Fact]
    public async Task Load_WhoMayNot_IsRefused()
    {
        await using var closed = KServeServer.Start("off");
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");

        using var answer = await closed.Http.PostAsync("/v2/repository/models/law/unload", content, _cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    /// <summary>A body whose length is not said is read like any other.</summary>
    [Theory]
    [InlineData("/v2/repository/index", """{"ready":true}""", 200, "auto")]
    [InlineData("/v2/repository/models/law/load", """{"parameters":{"config":"{}"}}""", 400, "config")]
    public async Task Post_BodyInChunks_IsRead(string path, string body, int status, string told)
    {
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body)));
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await _server.Http.SendAsync(request, _cancellation);

        string text = await answer.Content.ReadAsStringAsync(_cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(told, text, StringComparison.Ordinal);
        Assert.DoesNotContain("UNAVAILABLE", text, StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, string Text)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _server.Http.PostAsync(path, content, _cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(_cancellation));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
