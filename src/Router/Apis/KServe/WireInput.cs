using System.Text.Json.Nodes;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.V1.KServe;
using ParameterCase = ExpertCluster.V1.KServe.InferParameter.ParameterChoiceOneofCase;
using Tensor = ExpertCluster.V1.KServe.ModelInferRequest.Types.InferInputTensor;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>From a message of the wire to a request.</summary>
internal static class WireInput
{
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static InferRequest Read(ModelInferRequest request)
    {
        var input = new InferInput();
        bool isRaw = request.RawInputContents.Count > 0;
        if (isRaw && request.RawInputContents.Count != request.Inputs.Count)
        {
            throw JsonFields.Wrong("raw_input_contents", $"has {request.RawInputContents.Count} entries, and there are {request.Inputs.Count} inputs");
        }

        for (int i = 0; i < request.Inputs.Count; i++)
        {
            var tensor = request.Inputs[i];
            int count = TensorValue.CountOf(tensor.Name, tensor.Shape);
            input.Add(tensor.Name, isRaw ? TensorValue.ReadRaw(tensor.Name, tensor.Datatype, count, request.RawInputContents[i].Span) : ReadTyped(tensor, count));
        }

        foreach (var (name, parameter) in request.Parameters)
        {
            input.Add(name, ValueOf(name, parameter));
        }

        return InferRequest.Read(request.ModelName, request.ModelVersion, request.Id, input, [.. request.Outputs.Select(o => o.Name)]);
    }

    private static JsonNode ReadTyped(Tensor tensor, int count)
    {
        var contents = tensor.Contents ?? new InferTensorContents();
        string name = tensor.Name;
        return tensor.Datatype switch
        {
            "BYTES" => Join(contents.BytesContents, one => TensorValue.ReadText(name, one.Span)),
            "BOOL" => Join(contents.BoolContents, one => JsonValue.Create(one)),
            "INT8" or "INT16" or "INT32" => Join(contents.IntContents, one => JsonValue.Create(one)),
            "INT64" => Join(contents.Int64Contents, one => JsonValue.Create(one)),
            "UINT8" or "UINT16" or "UINT32" => Join(contents.UintContents, one => JsonValue.Create(one)),
            "UINT64" => Join(contents.Uint64Contents, one => JsonValue.Create(one)),
            "FP32" => Join(contents.Fp32Contents, one => TensorValue.ReadSingle(name, one)),
            "FP64" => Join(contents.Fp64Contents, one => TensorValue.ReadNumber(name, one)),
            _ => throw TensorValue.WrongType(name, tensor.Datatype),
        };

        JsonNode Join<T>(IReadOnlyCollection<T> given, Func<T, JsonNode> read) => given.Count == count
            ? TensorValue.Join(name, [.. given.Select(read)], count)
            : throw TensorValue.Wrong(name, $"has {given.Count} elements of type {tensor.Datatype}, and its shape has {count}");
    }

    private static JsonNode ValueOf(string name, InferParameter parameter) => parameter.ParameterChoiceCase switch
    {
        ParameterCase.BoolParam => JsonValue.Create(parameter.BoolParam),
        ParameterCase.Int64Param => JsonValue.Create(parameter.Int64Param),
        ParameterCase.StringParam => JsonValue.Create(parameter.StringParam),
        ParameterCase.DoubleParam => TensorValue.ReadNumber(name, parameter.DoubleParam),
        ParameterCase.Uint64Param => JsonValue.Create(parameter.Uint64Param),
        _ => throw TensorValue.Wrong(name, "has no value"),
    };
}
