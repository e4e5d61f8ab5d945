using System.Text;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.V1.KServe;
using Google.Protobuf;
using Grpc.Core;
using Tensor = ExpertCluster.V1.KServe.ModelInferRequest.Types.InferInputTensor;

namespace ExpertCluster.Router.Tests.Apis.KServe;

/// <summary>KServe's calls over gRPC.</summary>
public sealed class InferenceServiceTests : IAsyncDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly KServeServer _server = KServeServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task ModelInfer_TypedContents_AnswersInTyped()
    {
        var request = Typed("law", "Who pays?");
        request.Id = "mine";
        request.Parameters["max_tokens"] = new InferParameter { Int64Param = 5 };
        request.Parameters["temperature"] = new InferParameter { DoubleParam = 0.5 };
        request.Parameters["return_num_output_tokens"] = new InferParameter { BoolParam = true };

        var answer = await _server.Grpc.ModelInferAsync(request, cancellationToken: _cancellation);

        Assert.Equal(("law", "1", "mine", "law"), (answer.ModelName, answer.ModelVersion, answer.Id, answer.Parameters["expert_cluster.experts"].StringParam));
        Assert.Equal(["text_output", "num_output_tokens"], answer.Outputs.Select(o => o.Name));
        Assert.Equal(("BYTES", "Hi you", 2u), (answer.Outputs[0].Datatype, answer.Outputs[0].Contents.BytesContents[0].ToStringUtf8(), answer.Outputs[1].Contents.UintContents[0]));
        var asked = Assert.Single(_server.Script.Backend.Calls).Request;
        Assert.Equal(("law", "Who pays?", 5, 0.5f), (asked.Model, asked.Prompt, asked.Sampling.MaxTokens, asked.Sampling.Temperature));
    }

    [Fact]
    public async Task ModelInfer_RawContents_AnswersInRaw()
    {
        var answer = await _server.Grpc.ModelInferAsync(Raw("auto", "Who pays?"), cancellationToken: _cancellation);

        Assert.Equal([6, 0, 0, 0, .. "Hi you"u8], Assert.Single(answer.RawOutputContents).ToByteArray());
        Assert.Null(answer.Outputs[0].Contents);
        Assert.Equal("Who pays?", Assert.Single(_server.Script.Gate.Asked));
    }

    [Theory]
    [InlineData("model", StatusCode.NotFound, "nobody")]
    [InlineData("shape", StatusCode.InvalidArgument, "text_input has the shape [2]")]
    [InlineData("type", StatusCode.InvalidArgument, "text_input is of type \"FP16\"")]
    [InlineData("count", StatusCode.InvalidArgument, "text_input has 0 elements")]
    [InlineData("raw", StatusCode.InvalidArgument, "raw_input_contents has 2 entries")]
    [InlineData("twice", StatusCode.InvalidArgument, "text_input is given twice")]
    [InlineData("empty", StatusCode.InvalidArgument, "max_tokens has no value")]
    [InlineData("stream", StatusCode.InvalidArgument, "stream is true; ModelStreamInfer")]
    public async Task ModelInfer_Wrong_SaysWhat(string what, StatusCode status, string told)
    {
        var request = Typed("law", "a");
        switch (what)
        {
            case "model":
                request.ModelName = "nobody";
                break;
            case "shape":
                request.Inputs[0].Shape[0] = 2;
                break;
            case "type":
                request.Inputs[0].Datatype = "FP16";
                break;
            case "count":
                request.Inputs[0].Contents = null;
                break;
            case "raw":
                request.RawInputContents.AddRange([ByteString.Empty, ByteString.Empty]);
                break;
            case "twice":
                request.Parameters["text_input"] = new InferParameter { StringParam = "b" };
                break;
            case "empty":
                request.Parameters["max_tokens"] = new InferParameter();
                break;
            default:
                request.Parameters["stream"] = new InferParameter { BoolParam = true };
                break;
        }

        var error = await Assert.ThrowsAsync<RpcException>(async () => await _server.Grpc.ModelInferAsync(request, cancellationToken: _cancellation));

        Assert.Equal(status, error.StatusCode);
        Assert.Contains(told, error.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, new[] { "Hi", " you", "" }, new[] { false, false, true })]
    [InlineData(true, true, new[] { "Hi", " you", "", null }, new[] { false, false, false, true })]
    [InlineData(false, false, new[] { "Hi you" }, new[] { true })]
    [InlineData(false, true, new[] { "Hi you", null }, new[] { false, true })]
    public async Task ModelStreamInfer_OneRequest_EndsWithItsFinalMessage(bool stream, bool hasEmptyEnd, string?[] texts, bool[] finals)
    {
        var request = Typed("law", "a");
        request.Id = "7";
        request.Parameters["stream"] = new InferParameter { BoolParam = stream };
        request.Parameters["triton_enable_empty_final_response"] = new InferParameter { BoolParam = hasEmptyEnd };

        var messages = await StreamAsync(request);

        Assert.All(messages, m => Assert.Equal(("", "7"), (m.ErrorMessage, m.InferResponse.Id)));
        Assert.Equal(texts, messages.Select(m => m.InferResponse.Outputs.FirstOrDefault()?.Contents.BytesContents[0].ToStringUtf8()));
        Assert.Equal(finals, messages.Select(m => m.InferResponse.Parameters["triton_final_response"].BoolParam));
    }

    [Fact]
    public async Task ModelStreamInfer_WrongRequest_IsToldInItsPlaceAndTheNextAnswered()
    {
        var wrong = Typed("nobody", "a");
        wrong.Id = "1";

        var messages = await StreamAsync(wrong, Typed("law", "a"));

        Assert.Contains("nobody", messages[0].ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(("1", true), (messages[0].InferResponse.Id, messages[0].InferResponse.Parameters["triton_final_response"].BoolParam));
        Assert.Equal(("", "Hi you"), (messages[1].ErrorMessage, messages[1].InferResponse.Outputs[0].Contents.BytesContents[0].ToStringUtf8()));
    }

    [Fact]
    public async Task ModelStreamInfer_FailsInTheMiddle_SaysSo()
    {
        _server.Script.Backend.FailsAt = (1, new Failure(FailureKind.Unavailable, "the host is lost"));
        var request = Typed("law", "a");
        request.Parameters["stream"] = new InferParameter { BoolParam = true };

        var messages = await StreamAsync(request);

        Assert.Equal(["", "the host is lost"], messages.Select(m => m.ErrorMessage));
    }

    [Fact]
    public async Task Models_AreListedWithWhatTheyLack()
    {
        var index = await _server.Grpc.RepositoryIndexAsync(new RepositoryIndexRequest(), cancellationToken: _cancellation);
        var ready = await _server.Grpc.RepositoryIndexAsync(new RepositoryIndexRequest { Ready = true }, cancellationToken: _cancellation);
        var law = await _server.Grpc.ModelReadyAsync(new ModelReadyRequest { Name = "law" }, cancellationToken: _cancellation);
        var auto = await _server.Grpc.ModelReadyAsync(new ModelReadyRequest { Name = "auto", Version = "1" }, cancellationToken: _cancellation);
        var metadata = await _server.Grpc.ModelMetadataAsync(new ModelMetadataRequest { Name = "law" }, cancellationToken: _cancellation);

        Assert.Equal([("auto", "READY", ""), ("law", "UNAVAILABLE", "no host runs its base just now"), ("demo", "UNAVAILABLE", "no host runs its base just now")], index.Models.Select(m => (m.Name, m.State, m.Reason)));
        Assert.Equal("auto", Assert.Single(ready.Models).Name);
        Assert.Equal((false, true), (law.Ready, auto.Ready));
        Assert.Equal(("text_input", "text_output"), (metadata.Inputs[0].Name, metadata.Outputs[0].Name));
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(async () => await _server.Grpc.ModelReadyAsync(new ModelReadyRequest { Name = "nobody" }, cancellationToken: _cancellation))).StatusCode);
    }

    [Fact]
    public async Task Server_IsLiveAndReadyAndSaysWhatItIs()
    {
        Assert.True((await _server.Grpc.ServerLiveAsync(new ServerLiveRequest(), cancellationToken: _cancellation)).Live);
        Assert.True((await _server.Grpc.ServerReadyAsync(new ServerReadyRequest(), cancellationToken: _cancellation)).Ready);
        Assert.Equal("expert-cluster", (await _server.Grpc.ServerMetadataAsync(new ServerMetadataRequest(), cancellationToken: _cancellation)).Name);
    }

    [Fact]
    public async Task Load_WhatIsThere_IsDoneAndWhatIsNotSaysHow()
    {
        await _server.Grpc.RepositoryModelLoadAsync(new RepositoryModelLoadRequest { ModelName = "law" }, cancellationToken: _cancellation);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await _server.Grpc.RepositoryModelLoadAsync(new RepositoryModelLoadRequest { ModelName = "nobody" }, cancellationToken: _cancellation));
        var parameter = await Assert.ThrowsAsync<RpcException>(async () => await _server.Grpc.RepositoryModelLoadAsync(
            new RepositoryModelLoadRequest { ModelName = "law", Parameters = { ["config"] = new ModelRepositoryParameter { StringParam = "{}" } } }, cancellationToken: _cancellation));

        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("lora_path", unknown.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("\"config\"", parameter.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_ParameterThatIsNoTextOrAnotherRepository_IsRefusedByName()
    {
        var number = await Assert.ThrowsAsync<RpcException>(async () => await _server.Grpc.RepositoryModelLoadAsync(
            new RepositoryModelLoadRequest { ModelName = "law", Parameters = { ["lora_path"] = new ModelRepositoryParameter { Int64Param = 7 } } }, cancellationToken: _cancellation));
        var repository = await Assert.ThrowsAsync<RpcException>(async () => await _server.Grpc.RepositoryModelLoadAsync(
            new RepositoryModelLoadRequest { ModelName = "law", RepositoryName = "other" }, cancellationToken: _cancellation));

        Assert.Equal((StatusCode.InvalidArgument, "parameters.lora_path must be a string"), (number.StatusCode, number.Status.Detail));
        Assert.Equal(StatusCode.NotFound, repository.StatusCode);
    }

    [Fact]
    public async Task LoadAndUnload_WhoMayNotAskTheAdminApi_AreRefused()
    {
        await using var closed = KServeServer.Start("off");

        var load = await Assert.ThrowsAsync<RpcException>(async () => await closed.Grpc.RepositoryModelLoadAsync(new RepositoryModelLoadRequest { ModelName = "law" }, cancellationToken: _cancellation));
        var unload = await Assert.ThrowsAsync<RpcException>(async () => await closed.Grpc.RepositoryModelUnloadAsync(new RepositoryModelUnloadRequest { ModelName = "law" }, cancellationToken: _cancellation));

        Assert.Equal((StatusCode.PermissionDenied, StatusCode.PermissionDenied), (load.StatusCode, unload.StatusCode));
    }

    private static ModelInferRequest Typed(string model, string text) => new()
    {
        ModelName = model,
        Inputs = { new Tensor { Name = "text_input", Datatype = "BYTES", Shape = { 1 }, Contents = new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8(text) } } } },
    };

    private static ModelInferRequest Raw(string model, string text) => new()
    {
        ModelName = model,
        Inputs = { new Tensor { Name = "text_input", Datatype = "BYTES", Shape = { 1, 1 } } },
        RawInputContents = { ByteString.CopyFrom([(byte)text.Length, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)]) },
    };

    private async Task<List<ModelStreamInferResponse>> StreamAsync(params ModelInferRequest[] requests)
    {
        using var call = _server.Grpc.ModelStreamInfer(cancellationToken: _cancellation);
        foreach (var request in requests)
        {
            await call.RequestStream.WriteAsync(request, _cancellation);
        }

        await call.RequestStream.CompleteAsync();
        List<ModelStreamInferResponse> messages = [];
        while (await call.ResponseStream.MoveNext(_cancellation))
        {
            messages.Add(call.ResponseStream.Current);
        }

        return messages;
    }
}
