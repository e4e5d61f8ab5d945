using ExpertCluster.Grammars.Programs;

namespace ExpertCluster.Grammars.Matching;

/// <summary>
/// Makes readings equal that no text of a token's length tells apart: how often a body has been repeated matters only near its bounds. So a string
/// of at most 1,000 characters has one mask for nearly all of its places.
/// </summary>
/// <param name="program">Whose readings.</param>
/// <param name="horizon">Bytes of the longest token.</param>
internal sealed class Blur(GrammarProgram program, int horizon)
{
    public Reading Of(Reading reading)
    {
        Position[]? blurred = null;
        for (int i = 0; i < reading.Positions.Length; i++)
        {
            var (at, frame) = reading.Positions[i];
            if (frame is not null && Of(frame) is var other && !ReferenceEquals(other, frame))
            {
                blurred ??= [.. reading.Positions];
                blurred[i] = new Position(at, other);
            }
        }

        return blurred is null ? reading : new Reading([.. blurred.Distinct()], reading.IsWhole);
    }

    private Frame Of(Frame frame)
    {
        if (frame.Blurred is { } known)
        {
            return known;
        }

        // From the bottom, or the highest one that is known.
        Stack<Frame> open = new();
        for (var next = frame; next is { Blurred: null }; next = next.Below)
        {
            open.Push(next);
        }

        while (open.TryPop(out var next))
        {
            var below = next.Below?.Blurred;
            int done = Of(next.At, next.Done);
            next.Blurred = done == next.Done && ReferenceEquals(below, next.Below) ? next : new Frame(next.At, done, below);
            next.Blurred.Blurred = next.Blurred;
        }

        return frame.Blurred!;
    }

    private int Of(int at, int done)
    {
        if (done < 0)
        {
            return done;
        }

        // A body in hand may end without another byte, and each further one takes at least one.
        ref readonly var repeat = ref program[at];
        long furthest = (long)done + horizon + 2;
        return furthest < repeat.Least ? 0 : done >= repeat.Least && furthest < repeat.Most ? repeat.Least : done;
    }
}
