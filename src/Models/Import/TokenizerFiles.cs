using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Families;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Tokenization;
using ExpertCluster.Text.Tokenization.Loading;

namespace ExpertCluster.Models.Import;

/// <summary>The tokenizer that comes with a checkpoint: it must load, and its ids must fit the model.</summary>
internal static class TokenizerFiles
{
    public static void Check(CheckpointFolder folder, ModelShape shape)
    {
        const string File = ImportedModel.TokenizerFile;
        string path = folder.Resolve(File);
        Tokenizer tokenizer;
        try
        {
            tokenizer = Tokenizer.Load(path);
            TokenizerProbe.Check(tokenizer);
        }
        catch (TokenizerFormatException e)
        {
            // Its own message begins with the full path, which is nobody's business.
            throw new CheckpointException(File, e.Field, e.Problem, e);
        }
        catch (TextLimitException e)
        {
            throw new CheckpointException(File, null, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(File, null, "cannot be read", e);
        }

        if (tokenizer.VocabularySize > shape.Vocabulary)
        {
            throw new CheckpointException(
                File, "model.vocab", $"has ids up to {tokenizer.VocabularySize - 1}, {ModelConfig.File} has a vocab_size of {shape.Vocabulary}");
        }

        JsonFile.ReadObject(folder, ImportedModel.TokenizerConfigFile);
    }
}
