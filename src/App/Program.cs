return Kouyin.App.CommandLine.Run(args, Console.Out, Console.Error);
