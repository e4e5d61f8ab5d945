using System.Buffers.Binary;
using System.Text;
using ExpertCluster.V1.KServe;
using Google.Protobuf;
using Tensor = ExpertCluster.V1.KServe.ModelInferResponse.Types.InferOutputTensor;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>From an answer, or a piece of one, to a message of the wire. Contents come as the request's came: typed, or raw.</summary>
internal static class WireOutput
{
    private const string Final = "triton_final_response";

    /// <param name="request">What was asked.</param>
    /// <param name="answer">Of it.</param>
    /// <param name="isRaw">Whether the request's contents were raw.</param>
    /// <param name="isFinal">Whether it is the stream's last of this request; null: there is no stream.</param>
    public static ModelInferResponse Write(InferRequest request, InferAnswer answer, bool isRaw, bool? isFinal = null)
    {
        var response = End(request.Model, request.Id, isFinal);
        if (answer.Experts is { } experts)
        {
            response.Parameters[InferAnswer.ExpertsParameter] = new InferParameter { StringParam = experts };
        }

        foreach (string name in request.Outputs)
        {
            if (answer.ValueOf(name) is { } value)
            {
                Add(response, name, value, isRaw);
            }
        }

        return response;
    }

    /// <summary>One that has no output.</summary>
    public static ModelInferResponse End(string model, string id, bool? isFinal)
    {
        var response = new ModelInferResponse { ModelName = model, ModelVersion = InferRequest.Version, Id = id };
        if (isFinal is { } final)
        {
            response.Parameters[Final] = new InferParameter { BoolParam = final };
        }

        return response;
    }

    private static void Add(ModelInferResponse response, string name, object value, bool isRaw)
    {
        var tensor = new Tensor { Name = name, Datatype = value is string ? "BYTES" : "UINT32", Shape = { 1 } };
        response.Outputs.Add(tensor);
        if (isRaw)
        {
            response.RawOutputContents.Add(UnsafeByteOperations.UnsafeWrap(RawOf(value)));
            return;
        }

        tensor.Contents = value is string text
            ? new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8(text) } }
            : new InferTensorContents { UintContents = { (uint)value } };
    }

    private static byte[] RawOf(object value)
    {
        byte[] text = value is string said ? Encoding.UTF8.GetBytes(said) : [];
        byte[] raw = new byte[sizeof(uint) + text.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(raw, value is uint number ? number : (uint)text.Length);
        text.CopyTo(raw, sizeof(uint));
        return raw;
    }
}
