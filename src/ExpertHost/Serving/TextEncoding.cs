using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Gating;
using ExpertCluster.Gating.Embeddings;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>Texts read by an encoder: tokens first, then runs of texts of like length, piece by piece.</summary>
internal sealed class TextEncoding(EncoderRegistry encoders, EncoderThreads threads, HostMetrics metrics, TimeProvider time)
{
    /// <summary>Texts or pairs of a call.</summary>
    public const int MostTexts = 256;

    /// <summary>Tokens of a run, padding included: a fraction of a second of a small encoder, so that others' calls need not wait for all of this one.</summary>
    private const int RunTokens = 2_048;

    /// <exception cref="RequestRefusedException">It can't be read, this host can't open the encoder, or too many wait.</exception>
    public async Task<EncodeResponse> EncodeAsync(EncodeRequest request, CancellationToken cancellation)
    {
        try
        {
            if (request is { OpenOnly: true, Inputs.Count: 0, Pairs.Count: 0 })
            {
                return await OpenAsync(request, cancellation);
            }

            var runtime = await EnterAsync(request, cancellation);
            try
            {
                return await EncodeAsync(request, runtime, cancellation);
            }
            finally
            {
                runtime.Leave();
            }
        }
        catch (GateRunException error)
        {
            throw new RequestRefusedException(StatusCode.Internal, $"encoder {request.Encoder}: {error.Message}", error);
        }
    }

    /// <summary>Those that are asked for go before those that might be: none is closed for it.</summary>
    private async Task<EncodeResponse> OpenAsync(EncodeRequest request, CancellationToken cancellation)
    {
        if (!encoders.HasRoomFor(request.Encoder, request.Revision))
        {
            throw new RequestRefusedException(StatusCode.ResourceExhausted, $"as many encoders are open as {nameof(RuntimeOptions.EncoderCapacity)} allows");
        }

        (await EnterAsync(request, cancellation)).Leave();
        return new EncodeResponse();
    }

    private async Task<EncodeResponse> EncodeAsync(EncodeRequest request, EncoderRuntime runtime, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        var encoder = runtime.Encoder;
        int most = EncoderRequest.Check(request, encoder);
        var rows = await threads.RunAsync(token => EncoderRequest.Read(request, encoder, most, token), cancellation);
        var answer = new EncodedText[rows.Length];
        foreach (int[] batch in SentenceEncoder.Batches(rows, RunTokens))
        {
            float[] found = await threads.RunAsync(
                _ =>
                {
                    float[] vectors = new float[batch.Length * encoder.Width];
                    encoder.Run([.. batch.Select(i => rows[i])], vectors);
                    return vectors;
                },
                cancellation);
            for (int i = 0; i < batch.Length; i++)
            {
                answer[batch[i]] = Answer(encoder, found.AsSpan(i * encoder.Width, encoder.Width), rows[batch[i]].Ids.Length);
            }
        }

        metrics.Encoded(runtime.Name, rows.Length, rows.Sum(r => r.Ids.Length), time.GetElapsedTime(start));
        return new EncodeResponse { Texts = { answer } };
    }

    private static EncodedText Answer(SentenceEncoder encoder, ReadOnlySpan<float> values, int tokens)
    {
        var answer = new EncodedText { Tokens = tokens };
        answer.Values.Capacity = values.Length;
        foreach (float value in values)
        {
            answer.Values.Add(encoder.LabelCount == 0 ? value : Activated(encoder.Activation, value));
        }

        return answer;
    }

    private static float Activated(EncoderActivation activation, float value) => activation == EncoderActivation.Sigmoid ? 1 / (1 + MathF.Exp(-value)) : value;

    private async Task<EncoderRuntime> EnterAsync(EncodeRequest request, CancellationToken cancellation)
    {
        try
        {
            return await encoders.EnterAsync(request.Encoder, request.Revision, cancellation);
        }
        catch (KeyNotFoundException error)
        {
            throw new RequestRefusedException(StatusCode.FailedPrecondition, error.Message, error) { Reason = FailureReasons.RevisionUnknown, Subject = request.Encoder };
        }
        catch (CatalogueException error)
        {
            throw new RequestRefusedException(StatusCode.FailedPrecondition, error.Message, error) { Reason = FailureReasons.ExpertUnusable, Subject = request.Encoder };
        }
        catch (ContentException error)
        {
            throw new RequestRefusedException(StatusCode.Unavailable, $"encoder {request.Encoder} can't be had just now; ask another host", error);
        }
    }
}
