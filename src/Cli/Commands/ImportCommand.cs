using System.CommandLine;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Text.Chat;

namespace ExpertCluster.Cli.Commands;

/// <summary>`import CHECKPOINT_DIR OUT_DIR [--quantize f16|q8|q4]`.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        Argument<string> checkpoint = new("CHECKPOINT_DIR") { Description = "A Hugging Face folder with a LlamaForCausalLM" };
        Argument<string> output = new("OUT_DIR") { Description = "The folder to write; it must be absent or empty" };
        Option<string?> quantize = new("--quantize") { Description = "Weights in 16, 8 or 4 bit instead of 32; 16 are computed as 32" };
        quantize.AcceptOnlyFromAmong("f16", "q8", "q4");
        Command command = new("import", "Turns a Hugging Face checkpoint into a base that runs here.") { checkpoint, output, quantize };
        command.SetAction(parsed =>
        {
            var options = new ImportOptions
            {
                Quantization = parsed.GetValue(quantize) switch
                {
                    "f16" => Quantization.F16,
                    "q8" => Quantization.Q8,
                    "q4" => Quantization.Q4,
                    _ => Quantization.None,
                },
            };
            var model = ModelImporter.Import(parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(output), options);
            var shape = model.Shape;
            parsed.InvocationConfiguration.Output.WriteLine(
                $"imported {model.Directory}: {shape.Layers} layers of {shape.Hidden}, vocabulary {shape.Vocabulary}, context {shape.MaxPositions}");
            if (FoundTemplate.In(model).Problem is { } problem)
            {
                parsed.InvocationConfiguration.Error.WriteLine($"its chat template can't be used, so that it takes prompts only: {problem}");
            }

            return 0;
        });
        return command;
    }
}
