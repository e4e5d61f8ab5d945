using System.Text.Json;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Bench.Memory;

/// <summary>One thing measured, in a process that does nothing else; prints a JSON line.</summary>
internal static class MemoryProbe
{
    public static int Run(string json)
    {
        var order = JsonSerializer.Deserialize<ProbeOrder>(json)!;
        Warm(ImportedModel.Open(order.Small, verifyContent: false));
        var model = ImportedModel.Open(order.Base, verifyContent: false);
        if (order.What == ProbeKind.Opening)
        {
            Console.WriteLine(JsonSerializer.Serialize(OpeningTimes.Of(model, Options(1, 16, 1, 1), order.Count)));
            return 0;
        }

        var growth = order.What switch
        {
            ProbeKind.Bases => Bases(model, order.Count),
            ProbeKind.Streams => Streams(model, order.Count),
            ProbeKind.ResidentAdapters => ResidentAdapters(model, order),
            _ => HostAdapters(model, order),
        };
        Console.WriteLine(JsonSerializer.Serialize(growth));
        return 0;
    }

    /// <summary>Everything once on a tiny base: compiled code, the library and its threads are not what is measured.</summary>
    private static void Warm(ImportedModel model)
    {
        using var runner = new FlatStepRunner(model, Options(1, 64, 1, 1));
        Fill(runner, 0);
    }

    /// <summary>Growth by each further runner on the base.</summary>
    private static List<ProcessMemory> Bases(ImportedModel model, int count)
    {
        List<ProcessMemory> growth = [];
        List<FlatStepRunner> open = [];
        var before = ProcessMemory.Now();
        for (int i = 0; i < count; i++)
        {
            var runner = new FlatStepRunner(model, Options(1, 32, 1, 1));
            open.Add(runner);
            ReadEmbedding(runner, model.Shape.Hidden);
            var now = ProcessMemory.Now();
            growth.Add(now - before);
            before = now;
        }

        open.ForEach(runner => runner.Dispose());
        return growth;
    }

    private static List<ProcessMemory> Streams(ImportedModel model, int count)
    {
        using var runner = new FlatStepRunner(model, Options(count + 1, 0, 1, 1));
        // What a step needs for itself is there after the first stream.
        Fill(runner, count);
        var before = ProcessMemory.Now();
        for (int slot = 0; slot < count; slot++)
        {
            Fill(runner, slot);
        }

        return [ProcessMemory.Now() - before];
    }

    private static List<ProcessMemory> ResidentAdapters(ImportedModel model, ProbeOrder order)
    {
        using var runner = new FlatStepRunner(model, Options(1, 16, order.Count + 1, order.Rank));
        Fill(runner, 0);
        var weights = order.Adapters.Select(folder => PeftAdapter.Load(folder, model.Shape)).ToList();
        runner.LoadAdapter(order.Count, weights[order.Count]);
        var before = ProcessMemory.Now();
        for (int i = 0; i < order.Count; i++)
        {
            runner.LoadAdapter(i, weights[i]);
        }

        var growth = ProcessMemory.Now() - before;
        GC.KeepAlive(weights);
        return [growth];
    }

    private static List<ProcessMemory> HostAdapters(ImportedModel model, ProbeOrder order)
    {
        var held = new List<AdapterWeights> { PeftAdapter.Load(order.Adapters[order.Count], model.Shape) };
        var before = ProcessMemory.Now();
        for (int i = 0; i < order.Count; i++)
        {
            held.Add(PeftAdapter.Load(order.Adapters[i], model.Shape));
        }

        var growth = ProcessMemory.Now() - before;
        GC.KeepAlive(held);
        return [growth];
    }

    private static StepRunnerOptions Options(int slots, int context, int adapters, int rank) => new()
    {
        Slots = slots,
        ContextLength = context,
        MaxRows = 32,
        AdapterCapacity = adapters,
        AdapterRank = rank,
        AdaptersPerRow = 1,
        Threads = 1,
    };

    /// <summary>A token of every page of the embedding, so that all of it counts that any text would bring.</summary>
    private static void ReadEmbedding(FlatStepRunner runner, int hidden)
    {
        int apart = Math.Max(1, Environment.SystemPageSize / (hidden * sizeof(float)));
        int rows = runner.ContextLength;
        var batch = new StepBatch(rows, 1, runner.AdaptersPerRow, runner.Vocabulary) { RowCount = rows, OutputCount = 1 };
        Array.Fill(batch.AdapterIndex, -1);
        for (int row = 0; row < rows; row++)
        {
            batch.Positions[row] = row;
        }

        for (int first = 0; first < runner.Vocabulary; first += apart * rows)
        {
            for (int row = 0; row < rows; row++)
            {
                batch.InputIds[row] = Math.Min(first + (apart * row), runner.Vocabulary - 1);
            }

            runner.Run(batch);
        }
    }

    /// <summary>A whole context of one slot, in chunks.</summary>
    private static void Fill(FlatStepRunner runner, int slot)
    {
        var batch = new StepBatch(runner.MaxRows, 1, runner.AdaptersPerRow, runner.Vocabulary);
        Array.Fill(batch.AdapterIndex, -1);
        for (int position = 0; position < runner.ContextLength; position += batch.RowCount)
        {
            batch.RowCount = Math.Min(runner.MaxRows, runner.ContextLength - position);
            batch.OutputCount = 1;
            for (int row = 0; row < batch.RowCount; row++)
            {
                batch.InputIds[row] = (position + row) * 31 % runner.Vocabulary;
                batch.Slots[row] = slot;
                batch.Positions[row] = position + row;
            }

            runner.Run(batch);
        }
    }
}
