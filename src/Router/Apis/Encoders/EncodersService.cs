using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Encoders;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Apis.Encoders;

/// <summary>The gRPC API of encoders.</summary>
internal sealed class EncodersService(EncodingPipeline pipeline) : V1.Encoders.EncodersBase
{
    public override async Task<EmbedResponse> Embed(EmbedRequest request, ServerCallContext context)
    {
        try
        {
            int? truncate = TruncateOf(request.HasTruncateTokens, request.TruncateTokens);
            EncodingLimits.CheckCount(request.Inputs.Count, TextPlaces.Inputs);
            EncoderText[] inputs = [.. request.Inputs.Select((input, i) => Read(input, $"{TextPlaces.Inputs}[{i}]", truncate is not null))];
            var answer = await pipeline.EmbedAsync(new EncodingRequest(request.Model, inputs, truncate), context.Deadline, context.CancellationToken);
            return new EmbedResponse
            {
                Model = answer.Model,
                Revision = answer.Revision,
                Embeddings = { answer.Texts.Select(text => new V1.EncodedText { Tokens = text.Tokens, Values = { text.Values.ToArray() } }) },
            };
        }
        catch (RequestFailedException error)
        {
            throw GrpcFailures.ToException(error.Failure);
        }
    }

    public override async Task<ScoreResponse> Score(ScoreRequest request, ServerCallContext context)
    {
        try
        {
            int? truncate = TruncateOf(request.HasTruncateTokens, request.TruncateTokens);
            EncodingLimits.CheckCount(request.Documents.Count, TextPlaces.Documents);
            EncodingLimits.CheckQueries(request.Queries.Count, TextPlaces.Queries, request.Documents.Count, TextPlaces.Documents);
            var answer = await pipeline.ScoreAsync(
                new ScoringRequest(request.Model, Read(request.Queries, TextPlaces.Queries), Read(request.Documents, TextPlaces.Documents), truncate), context.Deadline, context.CancellationToken);
            return new ScoreResponse
            {
                Model = answer.Model,
                Revision = answer.Revision,
                Scores = { answer.Texts.Select(text => new PairScore { Score = text.Values.Span[0], Tokens = text.Tokens }) },
            };

            string[] Read(IEnumerable<string> texts, string list) => [.. texts.Select((text, i) => EncodingLimits.Checked(text, $"{list}[{i}]", truncate is not null))];
        }
        catch (RequestFailedException error)
        {
            throw GrpcFailures.ToException(error.Failure);
        }
    }

    private static int? TruncateOf(bool isThere, int most) => isThere ? EncodingLimits.CheckTruncate(most, EncoderFields.HostsTruncate) : null;

    private static EncoderText Read(EncoderInput input, string field, bool isCut) =>
        input.HasText && input.Tokens.Count > 0 ? throw EncodingLimits.Invalid(field, "has a text and tokens; one of the two is taken")
        : input.Tokens.Count > EncodingLimits.LongestText ? throw EncodingLimits.Invalid(field, $"has {input.Tokens.Count} tokens; at most {EncodingLimits.LongestText} are taken")
        : input.Tokens.Count > 0 ? new EncoderText(null) { Tokens = input.Tokens }
        : new EncoderText(EncodingLimits.Checked(input.Text, field, isCut));
}
