using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.V1;
using Grpc.Core;
using V = ExpertCluster.V1.Vllm;

namespace ExpertCluster.ExpertHost.Apis.Vllm;

/// <summary>vLLM's Embed: the vector of one text's tokens, by an encoder that metadata names as it does experts, or the only one there is.</summary>
internal sealed class EngineEncoders(ICatalogueSource catalogue, TextEncoding encoding)
{
    private const string HostInput = "inputs[0]";
    private const string OwnTokens = "tokenized.input_ids";

    /// <exception cref="RpcException">INVALID_ARGUMENT, naming the field; NOT_FOUND: no such encoder; or why it can't be read.</exception>
    public async Task<V.EmbedResponse> EmbedAsync(V.EmbedRequest request, Metadata headers, CancellationToken cancellation)
    {
        UnknownFields.Refuse(request, "");
        if (request.Tokenized is not { InputIds.Count: > 0 } tokenized)
        {
            throw EngineErrors.Invalid(OwnTokens, "is empty; it has the encoder's tokens, read as they stand");
        }

        var encoder = Find(headers);
        int[] tokens = [.. tokenized.InputIds.Select(id => id <= int.MaxValue ? (int)id : throw EngineErrors.Invalid(OwnTokens, $"has {id}; at most {int.MaxValue} is taken"))];
        try
        {
            var answer = await encoding.EncodeAsync(
                new EncodeRequest { Encoder = encoder.Name, Revision = encoder.Revision, Inputs = { new EncoderInput { Tokens = { tokens } } } }, cancellation);
            var text = answer.Texts[0];
            return new V.EmbedResponse { Embedding = { text.Values }, PromptTokens = (uint)text.Tokens, EmbeddingDim = (uint)text.Values.Count };
        }
        catch (RequestRefusedException refused) when (refused.Code == StatusCode.InvalidArgument && refused.Message.StartsWith(HostInput, StringComparison.Ordinal))
        {
            throw EngineErrors.Invalid(OwnTokens, refused.Message[HostInput.Length..].TrimStart());
        }
        catch (Exception error) when (ExpertErrors.TryMap(error, cancellation, out var status))
        {
            throw status;
        }
    }

    private PreparedEncoder Find(Metadata headers)
    {
        var snapshot = catalogue.Current;
        PreparedEncoder[] all = [.. snapshot.Encoders.Where(e => e.Task == EncoderTask.Embed)];
        if (EngineModels.NameIn(headers) is { } name)
        {
            return Array.Find(all, e => e.Name == name)
                ?? throw EngineErrors.Of(StatusCode.NotFound, $"there is no encoder \"{EngineModels.Shorten(name)}\" that gives vectors");
        }

        return all switch
        {
            [var only] => only,
            [] => throw EngineErrors.Of(StatusCode.NotFound, "the catalogue has no encoder that gives vectors"),
            _ => throw EngineErrors.Invalid(EngineModels.Names[0], $"is missing, and there are several encoders: {string.Join(", ", all.Select(e => e.Name))}"),
        };
    }
}
