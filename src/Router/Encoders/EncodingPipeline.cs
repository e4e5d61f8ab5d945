using System.Numerics.Tensors;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Serving;
using ExpertCluster.Router.Telemetry;
using Grpc.Core;

namespace ExpertCluster.Router.Encoders;

/// <summary>
/// The way of texts to an encoder, whatever API they came by: check, admit, share out, gather. A request of many texts goes to hosts in pieces, a few at a time, so that
/// it is done sooner and holds up nobody for long.
/// </summary>
internal sealed class EncodingPipeline(
    ICatalogueSource catalogue, IEncoderBackend encoders, AdmissionGate admission, RouterMetrics metrics, TransportOptions transport, TimeProvider time)
{
    /// <summary>Texts of a piece.</summary>
    private const int PieceTexts = 64;

    /// <summary>About what a piece takes on the wire.</summary>
    private const int PieceSize = 1 << 20;

    /// <summary>Pieces of a request that are out at once.</summary>
    private const int PiecesAtOnce = 4;

    /// <summary>Numbers of an answer, 4 bytes each.</summary>
    private const int MostNumbers = 4 << 20;

    private readonly TimeSpan _longest = TimeSpan.FromSeconds(transport.MaxCallSeconds);

    /// <param name="request">What is asked.</param>
    /// <param name="deadline">The caller's, UTC; <see cref="DateTime.MaxValue"/> where it named none.</param>
    /// <param name="cancellation">Cancelled when the caller leaves.</param>
    /// <exception cref="RequestFailedException">Whatever goes wrong.</exception>
    public Task<EncodingAnswer> EmbedAsync(EncodingRequest request, DateTime deadline, CancellationToken cancellation) =>
        RunAsync(request.Model, deadline, clock => EmbedAsync(EncoderChoice.ForVectors(catalogue.Current, request.Model), request, clock), cancellation);

    /// <returns>Of each document one number, larger where it goes better with its query.</returns>
    /// <inheritdoc cref="EmbedAsync(EncodingRequest, DateTime, CancellationToken)"/>
    public Task<EncodingAnswer> ScoreAsync(ScoringRequest request, DateTime deadline, CancellationToken cancellation) =>
        RunAsync(request.Model, deadline, clock => ScoreAsync(EncoderChoice.ForScores(catalogue.Current, request.Model), request, clock), cancellation);

    private async Task<EncodingAnswer> ScoreAsync(PreparedEncoder encoder, ScoringRequest request, RequestClock clock)
    {
        if (encoder.Task == EncoderTask.Embed)
        {
            return await CompareAsync(encoder, request, clock);
        }

        var pairs = request.Documents.Select((document, i) => new EncoderText(request.QueryOf(i)) { Second = document });
        try
        {
            return await EmbedAsync(encoder, new EncodingRequest(request.Model, [.. pairs], request.TruncateTokens), clock);
        }
        catch (RequestFailedException error)
        {
            throw TextPlaces.Moved(error, TextPlaces.Pairs, place => $"{TextPlaces.Documents}[{place}]");
        }
    }

    /// <summary>By vectors: each text is read once, and a pair's score is the cosine of its two.</summary>
    private async Task<EncodingAnswer> CompareAsync(PreparedEncoder encoder, ScoringRequest request, RequestClock clock)
    {
        string[] texts = [.. request.Queries.Concat(request.Documents).Distinct(StringComparer.Ordinal)];
        EncodingAnswer answer;
        try
        {
            answer = await EmbedAsync(encoder, new EncodingRequest(request.Model, [.. texts.Select(text => new EncoderText(text))], request.TruncateTokens), clock);
        }
        catch (RequestFailedException error)
        {
            throw TextPlaces.Moved(error, TextPlaces.Inputs, place => PlaceOf(request, texts[place]));
        }

        var read = texts.Zip(answer.Texts).ToDictionary(t => t.First, t => t.Second, StringComparer.Ordinal);
        return answer with { Texts = [.. request.Documents.Select((document, i) => Compared(read[request.QueryOf(i)], read[document]))] };

        static TextValues Compared(TextValues query, TextValues document) =>
            new((float[])[TensorPrimitives.Dot(query.Values.Span, document.Values.Span)], query.Tokens + document.Tokens);
    }

    private static string PlaceOf(ScoringRequest request, string text) => request.Queries.Contains(text)
        ? $"{TextPlaces.Queries}[{IndexOf(request.Queries, text)}]"
        : $"{TextPlaces.Documents}[{IndexOf(request.Documents, text)}]";

    private static int IndexOf(IReadOnlyList<string> texts, string text) => texts.TakeWhile(other => other != text).Count();

    private async Task<EncodingAnswer> EmbedAsync(PreparedEncoder encoder, EncodingRequest request, RequestClock clock)
    {
        var found = new TextValues[request.Inputs.Count];
        await Parallel.ForEachAsync(
            Pieces(request.Inputs),
            new ParallelOptions { MaxDegreeOfParallelism = PiecesAtOnce, CancellationToken = clock.Token },
            async (piece, token) =>
            {
                var (start, count) = piece;
                var texts = request.Inputs.Skip(start).Take(count).ToArray();
                var read = await encoders.EncodeAsync(encoder, texts, start, request.TruncateTokens, clock.Deadline, token);
                CheckSize(encoder.Name, found.Length, read[0].Values.Length);
                read.CopyTo(found, start);
            });
        return new EncodingAnswer(encoder.Name, encoder.Revision, found);
    }

    /// <summary>How wide its vectors are, an encoder's first answer tells.</summary>
    private static void CheckSize(string encoder, int texts, int width)
    {
        if ((long)texts * width > MostNumbers)
        {
            throw EncodingLimits.Invalid(TextPlaces.Inputs, $"has {texts} texts; of encoder {encoder}, whose vectors have {width} numbers, at most {MostNumbers / width} are taken at once");
        }
    }

    private static IEnumerable<(int Start, int Count)> Pieces(IReadOnlyList<EncoderText> texts)
    {
        for (int start = 0; start < texts.Count;)
        {
            int end = start + 1;
            for (int size = texts[start].Size; end < texts.Count && end - start < PieceTexts && (size += texts[end].Size) <= PieceSize;)
            {
                end++;
            }

            yield return (start, end - start);
            start = end;
        }
    }

    private async Task<EncodingAnswer> RunAsync(string model, DateTime deadline, Func<RequestClock, Task<EncodingAnswer>> run, CancellationToken cancellation)
    {
        using var clock = new RequestClock(deadline, _longest, time, cancellation);
        var status = StatusCode.Cancelled;
        try
        {
            await admission.EnterAsync(clock.Token);
            metrics.InFlight.Inc();
            try
            {
                var answer = await run(clock);
                status = StatusCode.OK;
                return answer;
            }
            finally
            {
                metrics.InFlight.Dec();
                admission.Leave();
            }
        }
        catch (OperationCanceledException) when (clock.Token.IsCancellationRequested)
        {
            var failure = clock.IsLate && !cancellation.IsCancellationRequested
                ? new RequestFailedException(FailureKind.DeadlineExceeded, "the request took longer than its deadline")
                : new RequestFailedException(FailureKind.Cancelled, "the caller cancelled");
            status = GrpcFailures.CodeOf(failure.Failure.Kind);
            throw failure;
        }
        catch (RequestFailedException error)
        {
            status = GrpcFailures.CodeOf(error.Failure.Kind);
            throw;
        }
        finally
        {
            metrics.Requests.WithLabels(metrics.Model(model.Length == 0 ? CompletionRequest.Auto : model), status.ToString()).Inc();
        }
    }
}
