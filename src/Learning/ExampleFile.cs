using System.Text;
using ExpertCluster.Files;
using ExpertCluster.Gating;

namespace ExpertCluster.Learning;

/// <summary>Reads an expert's examples: one prompt a line, an answer after a tab where there is one; blank lines don't count.</summary>
public static class ExampleFile
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxBytes = 64 << 20;

    /// <exception cref="GateFormatException">The file breaks a limit, or isn't UTF-8; the message names file and line.</exception>
    public static IReadOnlyList<GateExample> Read(string path)
    {
        try
        {
            return Parse(RegularFile.ReadAllText(path, MaxBytes, new UTF8Encoding(false, true)), path);
        }
        catch (FileNotFoundException error)
        {
            throw new GateFormatException($"{path}: there is no such file", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new GateFormatException(error.Message, error);
        }
        catch (DecoderFallbackException error)
        {
            throw new GateFormatException($"{path}: not UTF-8", error);
        }
    }

    internal static IReadOnlyList<GateExample> Parse(string text, string path)
    {
        List<GateExample> examples = [];
        int number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.IsEmpty)
            {
                continue;
            }

            if (line.Length > GateTrainingValidator.MaxLength)
            {
                throw new GateFormatException($"{path}:{number}: {line.Length} characters; at most {GateTrainingValidator.MaxLength} are read");
            }

            if (examples.Count == GateTrainingValidator.MaxExamples)
            {
                throw new GateFormatException($"{path}:{number}: more than {GateTrainingValidator.MaxExamples} examples");
            }

            int tab = line.IndexOf('\t');
            if (tab < 0)
            {
                examples.Add(new GateExample(line.ToString()));
                continue;
            }

            var answer = line[(tab + 1)..].Trim();
            if (answer.Contains('\t'))
            {
                throw new GateFormatException($"{path}:{number}: more than one tab");
            }

            examples.Add(new GateExample(line[..tab].TrimEnd().ToString(), answer.ToString()));
        }

        return examples;
    }
}
