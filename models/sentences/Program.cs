using ExpertCluster.TestSupport;

Console.WriteLine(SentenceModels.MiniLm);
Console.WriteLine(SentenceModels.ArcticXs);
