using ExpertCluster.Gating.Embeddings;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>What a call wants an encoder to read.</summary>
internal static class EncoderRequest
{
    /// <summary>Refuses what can be seen before anything is read.</summary>
    /// <returns>Tokens that a row may have; a longer one is cut, where the call allows it.</returns>
    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT, naming the field.</exception>
    public static int Check(EncodeRequest request, SentenceEncoder encoder)
    {
        bool scores = encoder.LabelCount > 0;
        int texts = scores ? request.Pairs.Count : request.Inputs.Count;
        if (texts is 0 or > TextEncoding.MostTexts || (scores ? request.Inputs.Count : request.Pairs.Count) > 0)
        {
            throw Invalid($"inputs has {request.Inputs.Count} entries and pairs {request.Pairs.Count}; encoder {request.Encoder} takes 1 to {TextEncoding.MostTexts} {(scores ? "pairs" : "inputs")}");
        }

        int fewest = scores ? SentenceEncoder.FewestPairTokens : SentenceEncoder.FewestTokens;
        return request.TruncateTokens is 0 or -1 ? encoder.MaxTokens
            : request.TruncateTokens >= fewest && request.TruncateTokens <= encoder.MaxTokens ? request.TruncateTokens
            : throw Invalid($"truncate_tokens is {request.TruncateTokens}; encoder {request.Encoder} can be told -1, or {fewest} to {encoder.MaxTokens}");
    }

    /// <summary>All rows, in the order of the call.</summary>
    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT: one is empty, too long, or has tokens that the encoder has not.</exception>
    public static EncoderRow[] Read(EncodeRequest request, SentenceEncoder encoder, int most, CancellationToken cancellation)
    {
        bool scores = encoder.LabelCount > 0;
        var rows = new EncoderRow[scores ? request.Pairs.Count : request.Inputs.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            string field = scores ? $"pairs[{i}]" : $"inputs[{i}]";
            rows[i] = scores ? ReadPair(request.Pairs[i], encoder, most) : ReadInput(request.Inputs[i], encoder, most, field);
            if (rows[i].IsCut && request.TruncateTokens == 0)
            {
                throw Invalid($"{field} has more tokens than the {encoder.MaxTokens} that encoder {request.Encoder} reads; shorten it, or have it cut");
            }
        }

        return rows;
    }

    private static EncoderRow ReadPair(TextPair pair, SentenceEncoder encoder, int most) =>
        SentenceEncoder.Pair(encoder.Read(pair.First, encoder.MaxTokens), encoder.Read(pair.Second, encoder.MaxTokens), most);

    private static EncoderRow ReadInput(EncoderInput input, SentenceEncoder encoder, int most, string field)
    {
        if (input.HasText)
        {
            return input.Tokens.Count == 0 ? encoder.Read(input.Text, most) : throw Invalid($"{field} has a text and tokens; one of the two is taken");
        }

        if (input.Tokens.Count == 0)
        {
            throw Invalid($"{field} is empty");
        }

        foreach (int token in input.Tokens)
        {
            if ((uint)token >= (uint)encoder.Vocabulary)
            {
                throw Invalid($"{field} has token {token}; the encoder has tokens from 0 to {encoder.Vocabulary - 1}");
            }
        }

        long[] ids = [.. input.Tokens.Take(most)];
        return new EncoderRow(ids, ids.Length, input.Tokens.Count > most);
    }

    private static RequestRefusedException Invalid(string message) => new(StatusCode.InvalidArgument, message);
}
